import { constants, type PathLike } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A segment that is being written. */
export interface JournalFile {
  /** May write fewer bytes than it was given. */
  write(bytes: Buffer): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** The calls through which the journal writes; tests let each of them fail. */
export interface JournalFiles {
  makeFolder(path: string): Promise<void>;
  /** Creates a file that must not exist, for appending. */
  create(path: string): Promise<JournalFile>;
  /** Makes new names in a folder durable. */
  syncFolder(path: string): Promise<void>;
}

/** The operating system's files. Every call runs in the thread pool: the event loop never waits for the disk. */
export const journalFiles: JournalFiles = {
  makeFolder: async path => {
    await mkdir(path, { recursive: true });
  },
  create: (path: PathLike) =>
    open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND, 0o600),
  syncFolder: async path => {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

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
