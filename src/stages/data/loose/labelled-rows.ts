import type { Message } from '../../../core/example.ts';
import type { OpenedSource } from '../readers/open-source.ts';
import type { RowProblem } from '../readers/raw-row.ts';
import { interpretedRows } from '../rows/interpreted-rows.ts';
import { contentId, textKey } from '../rows/row.ts';
import { anyReader } from '../rows/target.ts';
import type { FieldMapping } from '../schema.ts';

/** A row of a file that nobody has imported, or why it is none. */
export type LabelledRow =
  | {
      readonly line: number;
      /** The id of the example that import would make of it. */
      readonly id: string;
      /** Equal keys are the same input. */
      readonly key: string;
      readonly messages: readonly Message[];
      readonly target: string;
    }
  | { readonly line: number; readonly problem: RowProblem; readonly excerpt: string };

export interface LabelledRowsOptions {
  readonly fields: FieldMapping;
  readonly maxRowBytes: number;
  readonly ignoreCase: boolean;
  readonly signal: AbortSignal;
}

/**
 * The rows of a file one at a time, read as import reads them; any text or value counts as a target, as there may be
 * no task to check it against.
 * @throws DataError as the readers do
 */
export async function* labelledRows(
  opened: OpenedSource,
  { ignoreCase, ...reading }: LabelledRowsOptions,
): AsyncGenerator<LabelledRow> {
  for await (const row of interpretedRows(opened, { ...reading, readTarget: anyReader })) {
    if ('problem' in row) {
      yield row;
      continue;
    }
    const { messages, target, id } = row.value;
    const key = textKey(messages, ignoreCase);
    yield { line: row.line, id: id ?? contentId({ key, target }), key, messages, target };
  }
}
