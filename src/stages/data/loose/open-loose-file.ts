import { basename } from 'node:path';
import { ConfigError } from '../../../core/errors/index.ts';
import { isFile } from '../../../files/path-kind.ts';
import { otherDelimiter } from '../readers/delimited.ts';
import { type OpenedSource, openSource, readSource } from '../readers/open-source.ts';
import type { RawRecord } from '../readers/raw-row.ts';
import { neededColumns } from '../rows/interpret.ts';
import { type DataFormat, dataFormats, type FieldMapping } from '../schema.ts';

/** How a file is read that belongs to no dataset. */
export interface LooseReading {
  readonly workspaceDir: string;
  readonly fields: FieldMapping;
  /** Null where the name of the file, or its first row, says it. */
  readonly format: DataFormat | null;
  readonly maxRowBytes: number;
}

/**
 * Opens a file that was named on the command line. Conversations are known by their first row, and CSV
 * with another delimiter by its columns.
 * @param path absolute
 * @throws ConfigError `rows-file-missing` | `data-format-unknown`; DataError as the readers do
 */
export async function openLooseFile(path: string, reading: LooseReading): Promise<OpenedSource> {
  const { workspaceDir, format, fields, maxRowBytes } = reading;
  if (!(await isFile(path)))
    throw new ConfigError(
      'rows-file-missing',
      `${basename(path)} is no file that can be read`,
      'Name a file with labelled rows: .jsonl, .csv, .tsv or .parquet.',
      { details: { file: basename(path) } },
    );
  const source = {
    file: path,
    split: 'auto' as const,
    encoding: 'utf-8' as const,
    ...(format === null ? {} : { format }),
  };
  const opened = await openSource(source, workspaceDir).catch(error => {
    if (!(error instanceof ConfigError) || error.code !== 'data-format-unknown') throw error;
    throw new ConfigError(
      'data-format-unknown',
      `The format of ${basename(path)} cannot be told from its name`,
      `Add --format with one of: ${dataFormats.join(', ')}.`,
      { cause: error, details: { file: basename(path) } },
    );
  });
  if (opened.format === 'csv') {
    const header = await firstRecord(opened, maxRowBytes);
    const delimiter = otherDelimiter(Object.keys(header?.record ?? {}));
    return delimiter === undefined ? opened : { ...opened, source: { ...opened.source, delimiter } };
  }
  const first = format === null ? await firstRecord(opened, maxRowBytes) : null;
  if (first === null || !looksLikeChat(opened.format, first.record, fields.input)) return opened;
  return { ...opened, format: opened.format === 'parquet' ? 'chat-parquet' : 'chat-jsonl' };
}

/**
 * As `openLooseFile`, with the columns of labelled rows checked on the first row.
 * @throws ConfigError `rows-column-missing` besides
 */
export async function openLabelledFile(path: string, reading: LooseReading): Promise<OpenedSource> {
  const opened = await openLooseFile(path, reading);
  const first = await firstRecord(opened, reading.maxRowBytes);
  if (first === null) return opened;
  const missing = neededColumns(opened.format, reading.fields).find(
    column => !Object.hasOwn(first.record, column),
  );
  if (missing === undefined) return opened;
  const columns = Object.keys(first.record).slice(0, 20).join(', ');
  throw new ConfigError(
    'rows-column-missing',
    `${opened.name} line ${first.line} has no column "${missing}"; it has: ${columns}`,
    'Name the columns with --input and --output, or under data.fields of stepdown.yaml.',
    { details: { file: opened.name, column: missing } },
  );
}

/** The first row that can be read; null where there is none. */
async function firstRecord(
  opened: OpenedSource,
  maxRowBytes: number,
): Promise<{ line: number; record: RawRecord } | null> {
  for await (const raw of readSource(opened, maxRowBytes)) if (!('problem' in raw)) return raw;
  return null;
}

/** Whether a record of a JSON Lines or Parquet file is an OpenAI chat record. */
function looksLikeChat(format: DataFormat, record: RawRecord, input: string): boolean {
  return (
    (format === 'jsonl' || format === 'parquet') &&
    Array.isArray(record['messages']) &&
    !Object.hasOwn(record, input)
  );
}
