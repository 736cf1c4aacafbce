import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ConfigError } from '../../core/errors/index.ts';
import type { SplitName } from '../../core/example.ts';
import { inputText } from '../../core/example.ts';
import type { AuditSource } from '../../stages/audit/index.ts';
import { firstRecord, labelledRows, looksLikeChat } from '../../stages/data/labelled-rows.ts';
import { type OpenedSource, openSource } from '../../stages/data/readers/open-source.ts';
import { neededColumns } from '../../stages/data/rows/interpret.ts';
import type { DataConfig, DataFormat, FieldMapping } from '../../stages/data/schema.ts';

/** How the files of one audit are read. */
export interface FileReading {
  readonly workspaceDir: string;
  readonly fields: FieldMapping;
  readonly format: DataFormat | null;
  readonly data: Pick<DataConfig, 'maxRowBytes' | 'duplicates'>;
  readonly signal: AbortSignal;
}

/**
 * A file of labelled rows, its columns checked on the first row.
 * @throws ConfigError `audit-file-missing` | `data-format-unknown` | `audit-column-missing`; DataError as the readers do
 */
export async function fileSource(
  path: string,
  split: SplitName | null,
  reading: FileReading,
): Promise<AuditSource> {
  const { opened } = await openAuditFile(path, reading);
  await checkColumns(opened, reading);
  return {
    file: opened.name,
    split,
    async *read() {
      const options = {
        fields: reading.fields,
        maxRowBytes: reading.data.maxRowBytes,
        ignoreCase: reading.data.duplicates.ignoreCase,
        signal: reading.signal,
      };
      for await (const row of labelledRows(opened, options)) {
        if ('problem' in row) yield { line: row.line, reason: row.problem.reason, excerpt: row.excerpt };
        else {
          const { line, id, key, target } = row;
          yield { line, id, key, text: inputText({ messages: [...row.messages] }), target };
        }
      }
    },
  };
}

/**
 * Opens a file; JSON Lines of conversations are known by their first row.
 * @throws ConfigError `audit-file-missing` | `data-format-unknown`; DataError as the readers do
 */
export async function openAuditFile(
  path: string,
  { workspaceDir, format, fields, data }: FileReading,
): Promise<{ opened: OpenedSource }> {
  const isFile = await stat(path).then(
    found => found.isFile(),
    () => false,
  );
  if (!isFile)
    throw new ConfigError(
      'audit-file-missing',
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
      'Add --format jsonl, csv, tsv, parquet or chat-jsonl.',
      { cause: error, details: { file: basename(path) } },
    );
  });
  const first = format === null ? await firstRecord(opened, data.maxRowBytes) : null;
  if (first === null || !looksLikeChat(opened.format, first.record, fields.input)) return { opened };
  return { opened: { ...opened, format: 'chat-jsonl' } };
}

async function checkColumns(opened: OpenedSource, { fields, data }: FileReading): Promise<void> {
  const first = await firstRecord(opened, data.maxRowBytes);
  if (first === null) return;
  const missing = neededColumns(opened.format, fields).find(column => !Object.hasOwn(first.record, column));
  if (missing === undefined) return;
  const columns = Object.keys(first.record).slice(0, 20).join(', ');
  throw new ConfigError(
    'audit-column-missing',
    `${opened.name} line ${first.line} has no column "${missing}"; it has: ${columns}`,
    'Name the columns with --input and --output, or under data.fields of stepdown.yaml.',
    { details: { file: opened.name, column: missing } },
  );
}
