import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFull } from './atomic-file.ts';

/** Text that is gathered before it is written, in UTF-16 units. */
const chunkLength = 1 << 20;

/**
 * Writes JSON Lines as the rows come, so that they need not fit in memory: beside its place, fsync, rename, fsync
 * of the folder. Whoever reads the file sees all of it or nothing.
 * @throws PrerequisiteError `disk-full`, and what `rows` throws
 */
export async function writeLinesAtomic(path: string, rows: AsyncIterable<unknown>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const file = await open(temporary, 'wx');
    try {
      let text = '';
      for await (const row of rows) {
        text += `${JSON.stringify(row)}\n`;
        if (text.length < chunkLength) continue;
        await file.writeFile(text);
        text = '';
      }
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw diskFull(error, path) ?? error;
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
