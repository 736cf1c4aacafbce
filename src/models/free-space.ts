import { mkdir, statfs } from 'node:fs/promises';
import { PrerequisiteError } from '../core/errors/index.ts';

/** Bytes that a folder's disk has left for this user. */
export type FreeBytes = (folder: string) => Promise<number>;

const freeBytesOf: FreeBytes = async folder => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

/**
 * Finds out before a download that it cannot fit.
 * @throws PrerequisiteError `disk-full`
 * @param freeBytes for tests; asks the file system by default
 */
export async function requireSpace(
  folder: string,
  neededBytes: number,
  freeBytes: FreeBytes = freeBytesOf,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const free = await freeBytes(folder);
  if (free >= neededBytes) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new PrerequisiteError(
    'disk-full',
    `The model needs ${megabytes(neededBytes)}, ${folder} has ${megabytes(free)} free`,
    'Free disk space, or point STEPDOWN_CACHE at a larger disk, and run the same command again.',
  );
}
