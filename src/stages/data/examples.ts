import type { Repair } from '../../core/dataset.ts';
import type { Example, SplitName } from '../../core/example.ts';
import { contentId, type Row } from './rows/row.ts';

/** Rows as examples by split. */
export interface BuiltSplits {
  readonly splits: Readonly<Record<SplitName, Example[]>>;
  readonly repairs: readonly Repair[];
}

/**
 * Makes examples of rows, in the order of the files. Outside train, further targets of the same text become
 * references of its first row, so that one text is judged once; in train each stays a row to learn from.
 */
export function buildExamples(placed: readonly { row: Row; split: SplitName }[]): BuiltSplits {
  const splits: Record<SplitName, Example[]> = { train: [], validation: [], calibration: [], test: [] };
  const repairs: Repair[] = [];
  const firstOfText = new Map<string, Example>();
  const ids = new Set(placed.flatMap(({ row }) => row.id ?? []));
  for (const { row, split } of placed) {
    const first = split === 'train' ? undefined : firstOfText.get(row.key);
    if (first !== undefined) {
      first.references.push(row.target);
      repairs.push({
        code: 'merged-reference',
        file: row.file,
        line: row.line,
        reason: 'another right answer to the same text; kept as a reference of the first row',
        because: first.source,
      });
      continue;
    }
    const example: Example = {
      id: row.id ?? freshId(row, ids),
      messages: row.messages.map(message => ({ ...message })),
      target: row.target,
      // Only training takes a model's word for what is right.
      ...(split === 'train' && row.labelProbabilities !== null
        ? { labelProbabilities: { ...row.labelProbabilities } }
        : {}),
      references: [],
      group: row.group,
      source: { file: row.file, line: row.line },
    };
    splits[split].push(example);
    if (split !== 'train') firstOfText.set(row.key, example);
  }
  return { splits, repairs };
}

/** The id from the content; lengthened in the unlikely case that another row has it. */
function freshId(row: Row, taken: Set<string>): string {
  let id = contentId(row);
  while (taken.has(id)) id = `${id}x`;
  taken.add(id);
  return id;
}
