import { PrerequisiteError } from './prerequisite-error.ts';

type Refusal = (where: string, cause: unknown) => PrerequisiteError;

const full: Refusal = (where, cause) =>
  new PrerequisiteError(
    'disk-full',
    `${where} cannot be written: no space is left on the disk`,
    'Free disk space and run the same command again.',
    { cause },
  );
const tooLarge: Refusal = (where, cause) =>
  new PrerequisiteError(
    'file-too-large',
    `${where} cannot be written: the disk, or the limit of this shell, takes no file as large`,
    'Raise `ulimit -f`, or use a disk that takes larger files (FAT32 ends at 4 GB).',
    { cause },
  );
const readOnly: Refusal = (where, cause) =>
  new PrerequisiteError(
    'disk-read-only',
    `${where} cannot be written: the disk is read-only`,
    'Use a folder on a disk that can be written.',
    { cause },
  );
const notPermitted: Refusal = (where, cause) =>
  new PrerequisiteError(
    'not-permitted',
    `${where} cannot be used: permission is missing`,
    'Give this user the right to it, or use another folder.',
    { cause },
  );
const failing: Refusal = (where, cause) =>
  new PrerequisiteError(
    'disk-failed',
    `${where} cannot be read or written: the disk fails`,
    'Check the space that is left on the disk, and the disk.',
    { cause },
  );
const tooManyOpen: Refusal = (where, cause) =>
  new PrerequisiteError(
    'too-many-open-files',
    `${where} cannot be opened: too many files are open`,
    'Raise `ulimit -n`.',
    { cause },
  );

const noFolder: Refusal = (where, cause) =>
  new PrerequisiteError(
    'not-a-folder',
    `${where} cannot be used: a part of its path is a file where a folder is needed`,
    'Name another folder, or move the file away.',
    { cause },
  );

const bySystemCode: ReadonlyMap<string, Refusal> = new Map([
  ['ENOSPC', full],
  ['EDQUOT', full],
  ['EFBIG', tooLarge],
  ['EROFS', readOnly],
  ['EACCES', notPermitted],
  ['EPERM', notPermitted],
  ['ENOTDIR', noFolder],
  ['EIO', failing],
  ['EMFILE', tooManyOpen],
  ['ENFILE', tooManyOpen],
]);

/** What making a folder with its parents ends in: on a disk that is read-only, and where a file lies. */
const ofFolder: ReadonlyMap<string, Refusal> = new Map([
  ['ENOENT', readOnly],
  ['EEXIST', noFolder],
]);

/** By the beginning of SQLite's codes: `SQLITE_IOERR_WRITE` is one of `SQLITE_IOERR`. */
const byDatabaseCode: readonly (readonly [beginning: string, Refusal])[] = [
  ['SQLITE_FULL', full],
  ['SQLITE_READONLY', readOnly],
  ['SQLITE_CANTOPEN', notPermitted],
  ['SQLITE_IOERR', failing],
];

/** What else fails with such codes and has nothing to do with files. */
const notOfFiles = new Set(['listen', 'connect', 'bind', 'kill']);

/**
 * The error to show where the system refused a file and nothing nearer to it said so: no bug, but a disk that is full
 * or read-only, or a right that is missing. Null for every other error.
 */
export function systemFailure(error: unknown): PrerequisiteError | null {
  if (!(error instanceof Error)) return null;
  const { code = '', path, syscall } = error as NodeJS.ErrnoException;
  const ofDatabase = byDatabaseCode.find(([beginning]) => code.startsWith(beginning))?.[1];
  if (ofDatabase !== undefined) return ofDatabase('The database of the workspace', error);
  if (syscall === undefined || notOfFiles.has(syscall) || syscall.startsWith('spawn')) return null;
  const refusal = (syscall === 'mkdir' ? ofFolder.get(code) : undefined) ?? bySystemCode.get(code);
  return refusal?.(path ?? 'A file of the workspace', error) ?? null;
}
