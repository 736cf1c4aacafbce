import type { SplitName } from '../../core/example.ts';
import { type DevelopmentSplitName, type Example, inputText } from '../../core/example.ts';
import type { AuditSource } from '../../stages/audit/index.ts';
import { textKey } from '../../stages/data/rows/row.ts';
import { readSplit } from '../../store/dataset-splits.ts';

const development: readonly DevelopmentSplitName[] = ['train', 'validation', 'calibration'];

/** The development splits of a frozen dataset, by the file the rows came from. The test split stays sealed. */
export async function frozenSources(datasetDir: string, ignoreCase: boolean): Promise<AuditSource[]> {
  const sources: AuditSource[] = [];
  for (const split of development) {
    const byFile = new Map<string, Example[]>();
    for (const example of await readSplit(datasetDir, split)) {
      const list = byFile.get(example.source.file) ?? [];
      byFile.set(example.source.file, list);
      list.push(example);
    }
    for (const [file, examples] of byFile) sources.push(sourceOf(file, split, examples, ignoreCase));
  }
  return sources;
}

function sourceOf(
  file: string,
  split: SplitName,
  examples: readonly Example[],
  ignoreCase: boolean,
): AuditSource {
  return {
    file,
    split,
    async *read() {
      for (const example of examples) {
        const { id, messages, target, source } = example;
        yield {
          line: source.line,
          id,
          key: textKey(messages, ignoreCase),
          messages,
          text: inputText(example),
          target,
        };
      }
    },
  };
}
