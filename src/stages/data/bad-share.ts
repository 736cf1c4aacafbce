import { join, relative } from 'node:path';
import type { SetAsideRow } from '../../core/dataset.ts';
import { datasetFiles } from '../../core/dataset-files.ts';
import { DataError } from '../../core/errors/index.ts';
import { writeJsonLines } from '../../files/jsonl.ts';
import { badShare, type CollectedSource } from './collect.ts';
import { groupBy } from './splits/duplicates.ts';

/**
 * Stops when a file has too many unusable rows, after listing all of them in `set-aside.jsonl` in the work
 * folder. The share is taken per file, so that a small test file cannot hide behind a large training file.
 * @param folders null where no folder outlives the command: an audit of the file then lists the rows
 * @throws DataError `too-many-bad-rows`
 */
export async function refuseManyBadRows(
  sources: readonly CollectedSource[],
  maxBadShare: number,
  folders: { workDir: string; workspaceDir: string } | null,
): Promise<void> {
  const worst = sources.find(source => badShare(source) > maxBadShare);
  if (worst === undefined) return;
  const { opened, rowCount, setAside } = worst;
  const listed = folders && (await listSetAside(sources, folders));
  throw new DataError(
    'too-many-bad-rows',
    `${opened.name}: ${setAside.length} of ${rowCount} rows cannot be used, more than the share of ${maxBadShare} that data.maxBadShare allows.\n${topReasons(setAside)}${listed === null ? '' : `\nAll are listed in ${listed}`}`,
    `${listed === null ? 'Run `stepdown data audit` on the file' : `Look at ${listed}`}, correct the rows, data.fields or the task section; or raise data.maxBadShare.`,
    {
      details: {
        file: opened.name,
        rows: rowCount,
        badRows: setAside.length,
        setAsideFile: listed,
        byCode: countByCode(setAside),
      },
    },
  );
}

async function listSetAside(
  sources: readonly CollectedSource[],
  { workDir, workspaceDir }: { workDir: string; workspaceDir: string },
): Promise<string> {
  const path = join(workDir, datasetFiles.setAside);
  await writeJsonLines(
    path,
    sources.flatMap(source => source.setAside),
  );
  return relative(workspaceDir, path);
}

/** Rows by reason code. */
export function countByCode(rows: readonly { code: string }[]): Record<string, number> {
  const counts = [...groupBy(rows, row => row.code)].map(
    ([code, members]) => [code, members.length] as const,
  );
  return Object.fromEntries(counts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function topReasons(rows: readonly SetAsideRow[]): string {
  return [...groupBy(rows, row => row.code)]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, 3)
    .map(([code, members]) => {
      const lines = members.slice(0, 5).map(row => row.line);
      const more = members.length > lines.length ? ', ...' : '';
      return `  ${code}: ${members.length} (line ${lines.join(', ')}${more}), e.g. ${members[0]!.reason}`;
    })
    .join('\n');
}
