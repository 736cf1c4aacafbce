import { stat } from 'node:fs/promises';
import { basename, extname, isAbsolute, relative, resolve, sep } from 'node:path';
import { ConfigError, DataError } from '../../../core/errors/index.ts';
import { isFolder } from '../../../files/path-kind.ts';
import { type DataFormat, type DataSource, dataFormats } from '../schema.ts';
import { decodedChunks } from './decoded-chunks.ts';
import { readDelimited } from './delimited.ts';
import { readJsonl } from './jsonl.ts';
import { readParquet } from './parquet.ts';
import type { RawRow } from './raw-row.ts';

const formatByExtension: Readonly<Record<string, DataFormat>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.parquet': 'parquet',
};

/** What to do about files that no `format` helps to read. */
function hintByExtension(extension: string): string | undefined {
  if (['.xlsx', '.xls', '.ods', '.numbers'].includes(extension))
    return 'Save the sheet as CSV (UTF-8), and name that file.';
  if (['.gz', '.zip', '.zst', '.bz2', '.xz', '.7z'].includes(extension))
    return 'Unpack the file, and name what was in it.';
  return undefined;
}

/** A file of stepdown.yaml, found on this machine. */
export interface OpenedSource {
  readonly source: DataSource;
  /** Absolute path. */
  readonly path: string;
  /** Name for records: as written, with forward slashes, and never an absolute path. */
  readonly name: string;
  readonly format: DataFormat;
  readonly sizeBytes: number;
}

/**
 * Finds a file and how to read it.
 * @throws ConfigError `data-file-missing` | `data-format-unknown`; DataError `file-empty`
 */
export async function openSource(source: DataSource, workspaceDir: string): Promise<OpenedSource> {
  const path = resolve(workspaceDir, source.file);
  const name = recordName(source.file, workspaceDir);
  const format = source.format ?? formatByExtension[extname(path).toLowerCase()];
  if (format === undefined && (await isFolder(path))) throw missing(source.file, 'is a folder', undefined);
  if (format === undefined) {
    throw new ConfigError(
      'data-format-unknown',
      `The format of ${source.file} cannot be told from its name`,
      hintByExtension(extname(path).toLowerCase()) ??
        `Set \`format\` for this file under data.sources: ${dataFormats.join(', ')}.`,
      { details: { file: source.file } },
    );
  }
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw missing(
      source.file,
      error.code === 'ENOENT' ? 'is not there' : `cannot be opened (${error.code ?? 'unknown'})`,
      error,
    );
  });
  if (!info.isFile()) throw missing(source.file, 'is not a file', undefined);
  if (info.size === 0) throw emptyFile(name);
  return { source, path, name, format, sizeBytes: info.size };
}

/** Rows of a source, one at a time, with backpressure. */
export function readSource(
  opened: OpenedSource,
  maxRowBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<RawRow> {
  const { path, name, format, source } = opened;
  if (format === 'parquet' || format === 'chat-parquet') return readParquet(path, name, maxRowBytes);
  const chunks = decodedChunks(path, name, source.encoding, signal);
  if (format === 'csv') return readDelimited(chunks, name, source.delimiter ?? ',', maxRowBytes);
  if (format === 'tsv') return readDelimited(chunks, name, source.delimiter ?? '\t', maxRowBytes);
  return readJsonl(chunks, maxRowBytes);
}

/** The error for a file without any row. */
export function emptyFile(name: string): DataError {
  return new DataError(
    'file-empty',
    `${name} has no rows`,
    'Put labelled rows into the file, or take it out of data.sources.',
    { details: { file: name } },
  );
}

function missing(file: string, what: string, cause: unknown): ConfigError {
  return new ConfigError(
    'data-file-missing',
    `data.sources: ${file} ${what}`,
    'Put your rows there, or correct the path under data.sources; it is relative to the folder of stepdown.yaml.',
    { cause, details: { file } },
  );
}

function recordName(file: string, workspaceDir: string): string {
  if (!isAbsolute(file)) return file.split(sep).join('/');
  const inside = relative(workspaceDir, file);
  return inside.startsWith('..') || isAbsolute(inside) ? basename(file) : inside.split(sep).join('/');
}
