import type { CompiledQuery, Transaction } from 'kysely';
import type { Tables } from '../tables.ts';
import { captureJson } from './capture-json.ts';
import type { CaptureRecord } from './journal/journal-frames.ts';

/** Rows of one insert: below a millisecond. */
const rowsPerStatement = 25;

type Row = Tables['captures'];
type Size = Pick<Row, 'size_bytes'>;

/** Inserts captures that are not there yet; what is there already stays as it is. */
export class CaptureInserts {
  /** One of each length: to put the text together anew takes as long as to insert. */
  readonly #compiled = new Map<number, CompiledQuery<Size>>();

  /**
   * @param pause called after each statement: SQLite's run in this thread, and other work must get its turn
   * @returns how many were new, and their bytes
   */
  async add(
    transaction: Transaction<Tables>,
    records: readonly CaptureRecord[],
    pause: () => Promise<void>,
  ): Promise<{ captures: number; bytes: number }> {
    const sum = { captures: 0, bytes: 0 };
    for (let from = 0; from < records.length; from += rowsPerStatement) {
      const rows = records.slice(from, from + rowsPerStatement).map(rowOf);
      const { rows: added } = await transaction.executeQuery(this.#insertOf(transaction, rows));
      sum.captures += added.length;
      // Postgres gives 64-bit whole numbers as text.
      for (const { size_bytes } of added) sum.bytes += Number(size_bytes);
      await pause();
    }
    return sum;
  }

  #insertOf(transaction: Transaction<Tables>, rows: readonly Row[]): CompiledQuery<Size> {
    const known = this.#compiled.get(rows.length);
    if (known !== undefined) return { ...known, parameters: rows.flatMap(row => Object.values(row)) };
    const compiled = transaction
      .insertInto('captures')
      .values(rows)
      .onConflict(conflict => conflict.column('id').doNothing())
      .returning('size_bytes')
      .compile();
    this.#compiled.set(rows.length, compiled);
    return compiled;
  }
}

/** Always with its columns in the same order. */
function rowOf({ capture, json }: CaptureRecord): Row {
  const { id, at, alias, route, reason, status } = capture;
  const record = json ?? captureJson(capture);
  const size_bytes = Buffer.byteLength(record);
  return { id: storable(id), at, alias: storable(alias), route, reason, status, record, size_bytes };
}

/** Postgres refuses text with a zero character, and SQLite's tools end there. JSON has it escaped. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}
