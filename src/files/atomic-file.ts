import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PrerequisiteError } from '../core/errors/index.ts';

/**
 * Writes a file so that it is never seen half-written: beside its place, fsync, rename, fsync of the folder.
 * Missing folders are made.
 * @throws PrerequisiteError `disk-full` | `not-writable`
 */
export function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  return writeAtomic(path, file => file.writeFile(content));
}

/**
 * The same for a file that is written piece by piece.
 * @throws PrerequisiteError `disk-full` | `not-writable`, and what `write` throws
 */
export async function writeAtomic(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // What hindered the writing may hinder this too, and is what to tell of.
    await rm(temporary, { force: true }).catch(() => {});
    throw diskFull(error, path) ?? notWritable(error, path, temporary) ?? error;
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The error to show when the cause is a full disk or quota; null for any other cause. */
export function diskFull(error: unknown, path: string): PrerequisiteError | null {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'SQLITE_FULL') return null;
  return new PrerequisiteError(
    'disk-full',
    `No space left while writing ${path}`,
    'Free disk space, or point STEPDOWN_CACHE at a larger disk, and run the same command again: it continues.',
    { cause: error },
  );
}

/** Why a file cannot be written where it was meant to be, by the code of the system. */
const whyNotWritable: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'a part of its path is no folder',
  EACCES: 'permission is missing',
  EPERM: 'permission is missing',
  EROFS: 'the disk is read-only',
};

/** The error to show when a file cannot lie there; null for any other cause, and for trouble with another file. */
function notWritable(error: unknown, path: string, temporary: string): PrerequisiteError | null {
  const { code = '', path: about } = (error ?? {}) as NodeJS.ErrnoException;
  const why = whyNotWritable[code];
  if (why === undefined || (about !== temporary && about !== dirname(path))) return null;
  return new PrerequisiteError(
    'not-writable',
    `${path} cannot be written: ${why}`,
    'Name another file, or make its folder writable.',
    { cause: error },
  );
}
