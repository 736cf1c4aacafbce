import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import Database from 'libsql';
import { PrerequisiteError } from '../core/errors/index.ts';

/** A held lock. */
export interface WorkspaceLock {
  release(): void;
}

/**
 * Takes the workspace for one writing process.
 * The lock is an exclusive transaction on a small SQLite file, so the operating system frees it when the
 * process dies in whatever way: there are no stale locks and nothing to clean up.
 *
 * @throws PrerequisiteError `workspace-busy` when another process works in it
 * @see https://www.sqlite.org/lockingv3.html
 */
export async function lockWorkspace(file: string): Promise<WorkspaceLock> {
  await mkdir(dirname(file), { recursive: true });
  const connection = new Database(file, { timeout: 0 });
  try {
    connection.exec('begin exclusive');
  } catch (error) {
    connection.close();
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) throw error;
    const holder = await readFile(`${file}.holder`, 'utf8').catch(() => 'another process');
    throw new PrerequisiteError(
      'workspace-busy',
      `This workspace is in use by ${holder}`,
      'Wait until it has ended, or stop it; work so far is kept.',
      { cause: error },
    );
  }
  await writeFile(
    `${file}.holder`,
    `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}`,
  );
  return {
    release: () => {
      connection.exec('rollback');
      connection.close();
    },
  };
}
