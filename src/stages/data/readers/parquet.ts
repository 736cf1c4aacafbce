import { open } from 'node:fs/promises';
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { DataError } from '../../../core/errors/index.ts';
import { excerptOfRecord, type RawRecord, type RawRow } from './raw-row.ts';

/**
 * Reads a Parquet file one row group at a time; `line` is the 1-based row number.
 * @throws DataError `parquet-unreadable`
 * @see https://parquet.apache.org/docs/file-format/
 */
export async function* readParquet(path: string, name: string, maxRowBytes: number): AsyncGenerator<RawRow> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const file: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(Math.max(0, end - start));
        await handle.read(bytes, 0, bytes.length, start);
        return bytes.buffer;
      },
    };
    const metadata = await readable(name, () => parquetMetadataAsync(file));
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const rows = await readable(name, () =>
        parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd }),
      );
      for (const [index, row] of rows.entries()) yield rowOf(rowStart + index + 1, row, maxRowBytes);
      rowStart = rowEnd;
    }
  } finally {
    await handle.close();
  }
}

function rowOf(line: number, row: Record<string, unknown>, maxRowBytes: number): RawRow {
  const record = plain(row) as RawRecord;
  const bytes = Object.values(record).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value) : 0),
    0,
  );
  if (bytes <= maxRowBytes) return { line, record };
  const reason = `the row has ${bytes} bytes of text, data.maxRowBytes allows ${maxRowBytes}`;
  return { line, problem: { code: 'row-too-long', reason }, excerpt: excerptOfRecord(record) };
}

/** What JSON can hold: 64-bit integers as numbers (or text beyond 2^53), times as ISO 8601 text. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (value instanceof Date) return value.toISOString();
  if (value === undefined) return null;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  return value;
}

async function readable<Value>(name: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    throw new DataError(
      'parquet-unreadable',
      `${name} cannot be read as Parquet: ${(error as Error).message.slice(0, 200)}`,
      'Write the file again (the end of a Parquet file holds its index), or set `format` for it under data.sources.',
      { cause: error, details: { file: name } },
    );
  }
}
