import type { Message } from '../../core/example.ts';
import { type OpenedSource, readSource } from './readers/open-source.ts';
import { excerptOfRecord, type RawRecord, type RowProblem } from './readers/raw-row.ts';
import { interpreter } from './rows/interpret.ts';
import { contentId, textKey } from './rows/row.ts';
import { anyReader } from './rows/target.ts';
import type { DataFormat, FieldMapping } from './schema.ts';

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
  { fields, maxRowBytes, ignoreCase, signal }: LabelledRowsOptions,
): AsyncGenerator<LabelledRow> {
  const interpret = interpreter(opened.format, fields, anyReader);
  for await (const raw of readSource(opened, maxRowBytes, signal)) {
    if ('problem' in raw) {
      yield raw;
      continue;
    }
    const { line, record } = raw;
    const found = interpret(record);
    if ('problem' in found) {
      yield { line, problem: found.problem, excerpt: excerptOfRecord(record) };
      continue;
    }
    const { messages, target, id } = found.value;
    const key = textKey(messages, ignoreCase);
    yield { line, id: id ?? contentId({ key, target }), key, messages, target };
  }
}

/** The first row that can be read; null where there is none. */
export async function firstRecord(
  opened: OpenedSource,
  maxRowBytes: number,
): Promise<{ line: number; record: RawRecord } | null> {
  for await (const raw of readSource(opened, maxRowBytes)) if (!('problem' in raw)) return raw;
  return null;
}

/** Whether a record of a JSON Lines file is an OpenAI chat record. */
export function looksLikeChat(format: DataFormat, record: RawRecord, input: string): boolean {
  return format === 'jsonl' && Array.isArray(record['messages']) && !Object.hasOwn(record, input);
}
