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

function is(path: string, kind: (found: Stats) => boolean): Promise<boolean> {
  return stat(path).then(kind, () => false);
}
