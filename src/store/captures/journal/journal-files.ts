import { close as closeFile, constants, fdatasync, open as openFile, write as writeFile } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A segment that is being written. */
export interface JournalFile {
  /** What it has written is durable; may write fewer bytes than it was given. */
  write(bytes: Buffer, position: number): Promise<{ readonly bytesWritten: number }>;
  close(): Promise<void>;
}

/** The calls through which the journal writes; tests let each of them fail. */
export interface JournalFiles {
  makeFolder(path: string): Promise<void>;
  /** Creates a file that must not exist. */
  create(path: string): Promise<JournalFile>;
  /** Makes new names in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

/** The operating system's files. Every call runs in the thread pool: the event loop never waits for the disk. */
export const journalFiles: JournalFiles = {
  makeFolder: async path => {
    await mkdir(path, { recursive: true });
  },
  create: path =>
    new Promise((resolve, reject) => {
      openFile(path, creating, 0o600, (error, descriptor) =>
        error === null ? resolve(journalFile(descriptor)) : reject(error),
      );
    }),
  syncFolder: async path => {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

/**
 * With O_DSYNC a write returns when it is durable: one trip through the thread pool, not a second one for fdatasync.
 * Windows has no such flag, and macOS leaves the bytes in the disk's own cache, from which Node's fdatasync takes them.
 */
const writesThrough = process.platform === 'linux';
const creating =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (writesThrough ? constants.O_DSYNC : 0);

/** By callbacks: a FileHandle and its promises cost half as much again as the calls. */
function journalFile(descriptor: number): JournalFile {
  return {
    write: (bytes, position) =>
      new Promise((resolve, reject) => {
        writeFile(descriptor, bytes, 0, bytes.length, position, (failure, bytesWritten) => {
          if (failure !== null) reject(failure);
          else if (writesThrough) resolve({ bytesWritten });
          else fdatasync(descriptor, error => (error === null ? resolve({ bytesWritten }) : reject(error)));
        });
      }),
    close: () =>
      new Promise((resolve, reject) => {
        closeFile(descriptor, error => (error == null ? resolve() : reject(error)));
      }),
  };
}

/** A segment's name says who wrote it and in which order. */
export interface SegmentName {
  /** File name in the journal's folder. */
  readonly file: string;
  /** The writing process. */
  readonly owner: string;
  readonly sequence: number;
}

/** Name of a process's n-th segment. */
export function segmentFile(owner: string, sequence: number): string {
  return `${owner}-${String(sequence).padStart(8, '0')}.journal`;
}

/** The lock that a process holds as long as it writes segments. */
export function ownerLockFile(dir: string, owner: string): string {
  return join(dir, `${owner}.lock`);
}

/** All segments in a folder, by owner and in the order written. Empty where the folder is missing. */
export async function listSegments(dir: string): Promise<SegmentName[]> {
  const names = await readdir(dir).catch(() => []);
  return names.sort().flatMap(file => {
    const found = /^([0-9a-f]+)-(\d{8,})\.journal$/.exec(file);
    return found === null ? [] : [{ file, owner: found[1]!, sequence: Number(found[2]) }];
  });
}

/** Removes a segment whose records are safe elsewhere. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}
