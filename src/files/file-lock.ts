import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import Database from 'libsql';

/** A held lock. */
export interface FileLock {
  release(): void;
}

/**
 * Takes a lock, or null where another process (or another part of this one) holds it.
 * The lock is an exclusive transaction on an empty SQLite file, so the operating system frees it when the
 * process dies in whatever way: no lock is ever stale. The file stays; removing it would race.
 * @see https://www.sqlite.org/lockingv3.html
 */
export async function tryLock(file: string): Promise<FileLock | null> {
  await mkdir(dirname(file), { recursive: true });
  const connection = new Database(file, { timeout: 0 });
  try {
    connection.exec('begin exclusive');
  } catch (error) {
    connection.close();
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) throw error;
    return null;
  }
  return {
    release: () => {
      connection.exec('rollback');
      connection.close();
    },
  };
}
