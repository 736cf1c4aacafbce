import { PrerequisiteError } from './prerequisite-error.ts';

/** Why a file cannot be opened or written, and what to do about it, by the code of the system or of SQLite. */
const failures: Readonly<Record<string, readonly [code: string, why: string, hint: string]>> = {
  ENOSPC: ['disk-full', 'no space is left on the disk', 'Free disk space and run the same command again.'],
  EDQUOT: [
    'disk-full',
    'the quota of this user is used up',
    'Free disk space and run the same command again.',
  ],
  EFBIG: [
    'disk-full',
    'the disk, or the limit of this shell, takes no file as large',
    'Raise `ulimit -f`, or use a disk that takes larger files (FAT32 ends at 4 GB).',
  ],
  EROFS: ['not-writable', 'the disk is read-only', 'Use a folder on a disk that can be written.'],
  EACCES: [
    'not-permitted',
    'permission is missing',
    'Give this user the right to it, or use another folder.',
  ],
  EPERM: ['not-permitted', 'permission is missing', 'Give this user the right to it, or use another folder.'],
  EIO: ['disk-failed', 'the disk fails', 'Check the disk, and run the same command again.'],
  EMFILE: ['too-many-open-files', 'too many files are open', 'Raise `ulimit -n`.'],
  ENFILE: [
    'too-many-open-files',
    'too many files are open',
    'Raise the limit of open files of this machine.',
  ],
};

/** The failures of SQLite by the beginning of its codes: `SQLITE_IOERR_WRITE` is one of `SQLITE_IOERR`. */
const ofDatabase: readonly (readonly [beginning: string, same: string])[] = [
  ['SQLITE_FULL', 'ENOSPC'],
  ['SQLITE_READONLY', 'EROFS'],
  ['SQLITE_CANTOPEN', 'EACCES'],
];

/**
 * The error to show where the system refused a file, and nothing nearer to it said what that means: no bug, but a
 * disk that is full or read-only, or a right that is missing. Null for every other error.
 */
export function systemFailure(error: unknown): PrerequisiteError | null {
  if (!(error instanceof Error)) return null;
  const { code = '', path, syscall } = error as NodeJS.ErrnoException;
  const make = ([name, why, hint]: readonly [string, string, string]) =>
    new PrerequisiteError(name, `${path ?? 'The workspace'} cannot be used: ${why}`, hint, { cause: error });
  const same = ofDatabase.find(([beginning]) => code.startsWith(beginning))?.[1];
  if (same !== undefined) return make(failures[same]!);
  if (code.startsWith('SQLITE_IOERR')) {
    return make([
      'disk-failed',
      'its database cannot be read or written',
      'Check the space left on its disk, and the disk.',
    ]);
  }
  // What making a folder with its parents ends in where the disk is read-only.
  if (code === 'ENOENT' && syscall === 'mkdir') return make(failures['EROFS']!);
  const ofFile =
    syscall !== undefined && !['listen', 'connect', 'bind', 'kill', 'spawn'].includes(syscall.split(' ')[0]!);
  return ofFile && Object.hasOwn(failures, code) ? make(failures[code]!) : null;
}
