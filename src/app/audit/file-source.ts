import { inputText, type SplitName } from '../../core/example.ts';
import type { AuditSource } from '../../stages/audit/index.ts';
import { labelledRows } from '../../stages/data/loose/labelled-rows.ts';
import { type LooseReading, openLabelledFile } from '../../stages/data/loose/open-loose-file.ts';

/** How the files of one audit are read. */
export interface FileReading extends LooseReading {
  /** Whether inputs that differ in case alone are one. */
  readonly ignoreCase: boolean;
  readonly signal: AbortSignal;
}

/**
 * A file of labelled rows, its columns checked on the first row.
 * @throws as `openLabelledFile` does
 */
export async function fileSource(
  path: string,
  split: SplitName | null,
  reading: FileReading,
): Promise<AuditSource> {
  const opened = await openLabelledFile(path, reading);
  return {
    file: opened.name,
    split,
    async *read() {
      for await (const row of labelledRows(opened, reading)) {
        if ('problem' in row) yield { line: row.line, reason: row.problem.reason, excerpt: row.excerpt };
        else {
          const { line, id, key, messages, target } = row;
          yield { line, id, key, messages, text: inputText({ messages: [...messages] }), target };
        }
      }
    },
  };
}
