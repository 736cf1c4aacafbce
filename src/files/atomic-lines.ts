import { writeAtomic } from './atomic-file.ts';

/** Text that is gathered before it is written, in UTF-16 units. */
const chunkLength = 1 << 20;

/**
 * Writes JSON Lines as the rows come, so that they need not fit in memory: beside its place, fsync, rename, fsync
 * of the folder. Whoever reads the file sees all of it or nothing.
 * @throws PrerequisiteError `disk-full`, and what `rows` throws
 */
export function writeLinesAtomic(path: string, rows: AsyncIterable<unknown>): Promise<void> {
  return writeAtomic(path, async file => {
    let text = '';
    for await (const row of rows) {
      text += `${JSON.stringify(row)}\n`;
      if (text.length < chunkLength) continue;
      await file.writeFile(text);
      text = '';
    }
    await file.writeFile(text);
  });
}
