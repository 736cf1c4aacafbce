import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Whether a path leads to a file; false where nothing is there or it cannot be looked at. */
export function isFile(path: string): Promise<boolean> {
  return is(path, found => found.isFile());
}

/** Whether a path leads to a folder; false where nothing is there or it cannot be looked at. */
export function isFolder(path: string): Promise<boolean> {
  return is(path, found => found.isDirectory());
}

/** Whether two paths lead to one file, by whatever names or links; false where one of them leads nowhere. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([a, b].map(path => stat(path).catch(() => null)));
  return one != null && other != null && one.ino === other.ino && one.dev === other.dev;
}

function is(path: string, kind: (found: Stats) => boolean): Promise<boolean> {
  return stat(path).then(kind, () => false);
}
