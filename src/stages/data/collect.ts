import type { SetAsideRow } from '../../core/dataset.ts';
import { InterruptedError } from '../../core/errors/index.ts';
import type { Progress } from '../../core/stage.ts';
import { emptyFile, type OpenedSource } from './readers/open-source.ts';
import { excerptOfRecord, type RowProblem } from './readers/raw-row.ts';
import { type InterpretedRow, interpretedRows } from './rows/interpreted-rows.ts';
import { type Row, textKey } from './rows/row.ts';
import type { TargetReader } from './rows/target.ts';
import type { DataConfig } from './schema.ts';

/** Rows of one file. */
export interface CollectedSource {
  readonly opened: OpenedSource;
  /** Rows the file has, usable or not. */
  rowCount: number;
  readonly rows: Row[];
  readonly setAside: SetAsideRow[];
}

/** A file whose rows are nearly all unusable is not read to its end once this many are listed. */
const enoughBadRows = 50_000;

/**
 * Reads a file into rows. `seenIds` is shared by all files: a later row with an id seen before is set aside.
 * @throws DataError `file-empty` | `wrong-encoding` | `broken-quoting` | `broken-header` | `parquet-unreadable`;
 * InterruptedError `interrupted`
 */
export async function collectRows(
  opened: OpenedSource,
  config: DataConfig,
  readTarget: TargetReader,
  seenIds: Map<string, { file: string; line: number }>,
  watch: { progress: Progress; signal: AbortSignal },
): Promise<CollectedSource> {
  const collected: CollectedSource = { opened, rowCount: 0, rows: [], setAside: [] };
  const file = opened.name;
  const setAside = (line: number, problem: RowProblem, excerpt: string) =>
    collected.setAside.push({ file, line, ...problem, excerpt });
  const take = ({ line, record, value }: Extract<InterpretedRow, { value: unknown }>) => {
    const first = value.id === null ? undefined : seenIds.get(value.id);
    if (first !== undefined) {
      const reason = `the id "${value.id}" is already used at ${first.file} line ${first.line}`;
      return setAside(line, { code: 'duplicate-id', reason }, excerptOfRecord(record));
    }
    if (value.id !== null) seenIds.set(value.id, { file, line });
    const key = textKey(value.messages, config.duplicates.ignoreCase);
    return collected.rows.push({ ...value, key, file, line, declared: opened.source.split });
  };

  const { fields, maxRowBytes } = config;
  for await (const row of interpretedRows(opened, { fields, readTarget, maxRowBytes })) {
    if (watch.signal.aborted) throw interrupted();
    collected.rowCount += 1;
    if ('problem' in row) setAside(row.line, row.problem, row.excerpt);
    else take(row);
    if (collected.rowCount % 5000 === 0) watch.progress.update(`${file}: ${collected.rowCount} rows`, null);
    if (collected.setAside.length >= enoughBadRows && badShare(collected) > config.maxBadShare) break;
  }
  if (collected.rowCount === 0) throw emptyFile(file);
  return collected;
}

/** Share of the rows read that cannot be used, 0..1. */
export function badShare(collected: CollectedSource): number {
  return collected.rowCount === 0 ? 0 : collected.setAside.length / collected.rowCount;
}

/** The error for work that was stopped while importing. */
export function interrupted(): InterruptedError {
  return new InterruptedError(
    'interrupted',
    'Importing was stopped',
    'Run the same command again; import begins anew and leaves nothing half-written.',
  );
}
