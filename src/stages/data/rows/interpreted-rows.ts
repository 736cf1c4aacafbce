import { type OpenedSource, readSource } from '../readers/open-source.ts';
import { excerptOfRecord, type RawRecord, type RowProblem } from '../readers/raw-row.ts';
import type { FieldMapping } from '../schema.ts';
import { type Interpreted, interpreter } from './interpret.ts';
import type { TargetReader } from './target.ts';

/** A row of a file with what it says, or why it is none. */
export type InterpretedRow =
  | { readonly line: number; readonly record: RawRecord; readonly value: Interpreted }
  | { readonly line: number; readonly problem: RowProblem; readonly excerpt: string };

/**
 * The rows of a file one at a time, each interpreted by itself.
 * @throws DataError as the readers do
 */
export async function* interpretedRows(
  opened: OpenedSource,
  reading: {
    readonly fields: FieldMapping;
    readonly readTarget: TargetReader;
    readonly maxRowBytes: number;
    readonly signal?: AbortSignal;
  },
): AsyncGenerator<InterpretedRow> {
  const interpret = interpreter(opened.format, reading.fields, reading.readTarget);
  for await (const raw of readSource(opened, reading.maxRowBytes, reading.signal)) {
    if ('problem' in raw) {
      yield raw;
      continue;
    }
    const { line, record } = raw;
    const found = interpret(record);
    if ('problem' in found) yield { line, problem: found.problem, excerpt: excerptOfRecord(record) };
    else yield { line, record, value: found.value };
  }
}
