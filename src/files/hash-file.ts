import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { hashJson } from '../core/hash.ts';
import { isFile } from './path-kind.ts';

/** SHA-256 of a file's bytes, streamed; 64 lower-case hex digits. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Size and content hash of a file, or of a folder (over its sorted relative names and file hashes). */
export async function hashPath(path: string): Promise<{ sha256: string; sizeBytes: number }> {
  const info = await stat(path);
  if (!info.isDirectory()) return { sha256: await hashFile(path), sizeBytes: info.size };
  const entries: [string, string][] = [];
  let sizeBytes = 0;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    // A link to a file counts as the file: download caches are folders of links.
    if (!entry.isFile() && !(entry.isSymbolicLink() && (await isFile(file)))) continue;
    entries.push([relative(path, file).split(sep).join('/'), await hashFile(file)]);
    sizeBytes += (await stat(file)).size;
  }
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return { sha256: hashJson(entries), sizeBytes };
}
