import type { Audit } from '../../core/audit.ts';
import type { SplitName } from '../../core/example.ts';
import { type AuditRow, AuditRows, type AuditSource, type UnusableRow } from './audit-rows.ts';
import { NumberColumn } from './columns/number-column.ts';
import { NumberSet } from './columns/number-set.ts';
import type { TokenCounter } from './content/length.ts';
import { SensitiveRows } from './content/personal-data.ts';
import { NearPairs } from './similar/near-pairs.ts';

/** Unusable rows that are listed, at most; all are counted. */
const maximumUnusable = 10_000;

/** A row that could not be read, with its file. */
export interface UnusableOfFile extends UnusableRow {
  readonly file: string;
  readonly split: SplitName | null;
}

/** What one pass over all files gives. */
export interface Collected {
  readonly rows: AuditRows;
  readonly files: Audit['files'];
  readonly unusable: { readonly listed: readonly UnusableOfFile[]; readonly count: number };
  readonly near: NearPairs;
  readonly sensitive: SensitiveRows;
  /** Tokens of each row. */
  readonly tokens: Uint32Array;
}

/**
 * Reads every row once; of each only what later steps need stays in memory.
 * @param offer is shown every row as it was read, with its number
 */
export async function collectAudit(
  sources: readonly AuditSource[],
  { count: tokensOf }: TokenCounter,
  alive: (what: string) => Promise<void>,
  offer: (row: number, read: AuditRow) => void = () => undefined,
): Promise<Collected> {
  const rows = new AuditRows(sources);
  const near = new NearPairs();
  const sensitive = new SensitiveRows();
  const tokens = new NumberColumn(length => new Uint32Array(length));
  const listed: UnusableOfFile[] = [];
  const files: Audit['files'] = [];
  const seen = new Map<SplitName | null, NumberSet>();
  for (const [index, source] of sources.entries()) {
    const { file, split } = source;
    const found = { file, split, rows: 0, unusableRows: 0 };
    const seenInSplit = seen.get(split) ?? new NumberSet();
    seen.set(split, seenInSplit);
    for await (const read of source.read()) {
      if ((found.rows + found.unusableRows) % 2000 === 0) await alive(`${file}: ${found.rows} rows`);
      if ('reason' in read) {
        found.unusableRows += 1;
        if (listed.length < maximumUnusable) listed.push({ ...read, file, split });
        continue;
      }
      found.rows += 1;
      const row = rows.count;
      rows.add(index, read);
      offer(row, read);
      tokens.push(tokensOf(read.text) + tokensOf(read.target));
      sensitive.add(row, read.text, read.target);
      // One row of each input and split stands for its equals.
      if (seenInSplit.add(rows.key(row))) near.add(row, read.text);
    }
    files.push(found);
  }
  const count = files.reduce((sum, { unusableRows }) => sum + unusableRows, 0);
  return { rows, files, unusable: { listed, count }, near, sensitive, tokens: tokens.view() };
}
