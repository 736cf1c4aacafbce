import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { PrerequisiteError } from '../core/errors/index.ts';
import { type FileLock, tryLock } from '../files/file-lock.ts';

/**
 * Takes the workspace for one writing process. The operating system frees the lock when the process dies.
 * @throws PrerequisiteError `workspace-busy` when another process works in it
 */
export async function lockWorkspace(file: string): Promise<FileLock> {
  await mkdir(dirname(file), { recursive: true });
  const lock = await tryLock(file);
  if (lock === null) {
    const holder = await readFile(`${file}.holder`, 'utf8').catch(() => 'another process');
    throw new PrerequisiteError(
      'workspace-busy',
      `This workspace is in use by ${holder}`,
      'Wait until it has ended, or stop it; work so far is kept.',
    );
  }
  await writeFile(
    `${file}.holder`,
    `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}`,
  );
  return lock;
}
