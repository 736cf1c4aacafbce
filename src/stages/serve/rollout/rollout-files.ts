import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../../core/errors/index.ts';
import { writeFileAtomic } from '../../../files/atomic-file.ts';
import { tryLock } from '../../../files/file-lock.ts';
import type { RolloutStore } from './rollout.ts';
import { type RolloutRecord, rolloutRecordSchema } from './rollout-state.ts';

/**
 * Keeps rollouts in a folder: a folder an alias, a file a writer, each replaced whole. So processes of one machine
 * share a rollout without locks, and what was decided survives a crash.
 *
 * @param folder absolute path; made when first written
 */
export function rolloutFiles(folder: string): RolloutStore {
  // Aliases hold slashes and colons; percent-encoding is reversible and valid in file names everywhere.
  const folderOf = (alias: string) => join(folder, encodeURIComponent(alias));
  return {
    async read(alias) {
      const records = new Map<string, RolloutRecord>();
      for (const name of await namesIn(folderOf(alias))) {
        if (!name.endsWith('.json')) continue;
        const path = join(folderOf(alias), name);
        records.set(
          decodeURIComponent(name.slice(0, -'.json'.length)),
          parse(path, await readFile(path, 'utf8')),
        );
      }
      return records;
    },
    write: (alias, writer, record) =>
      writeFileAtomic(
        join(folderOf(alias), `${encodeURIComponent(writer)}.json`),
        `${JSON.stringify(record, null, 2)}\n`,
      ),
  };
}

/**
 * Takes a name to write under that no other gateway, worker or answerer of the alias has now, however they ended.
 * Names are given again, the lowest first, so that a restart goes on with the record it left.
 */
export async function claimWriter(
  folder: string,
  alias: string,
): Promise<{ readonly writer: string; release(): void }> {
  for (let number = 0; ; number++) {
    const writer = `worker-${number}`;
    const lock = await tryLock(join(folder, encodeURIComponent(alias), `${writer}.lock`));
    if (lock !== null) return { writer, release: () => lock.release() };
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function parse(path: string, text: string): RolloutRecord {
  try {
    return rolloutRecordSchema.parse(JSON.parse(text));
  } catch (cause) {
    // Guessing "nothing happened yet" could bring a rolled-back canary into traffic again.
    throw new DataError(
      'rollout-unreadable',
      `${path} is no record of a rollout`,
      'Delete the file to start the rollout anew, or restore it from a backup.',
      { cause },
    );
  }
}
