import { createReadStream } from 'node:fs';
import { writeFileAtomic } from './atomic-file.ts';

/**
 * Reads a JSON Lines file that stepdown itself wrote (trusted shape); empty lines are skipped. Lines end at
 * `\n` alone: JSON text may hold U+2028, at which node:readline would split it.
 */
export async function* readJsonLines<Row>(path: string): AsyncGenerator<Row> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as Row;
  }
  if (rest !== '') yield JSON.parse(rest) as Row;
}

/** Writes rows as JSON Lines, whole or not at all. */
export async function writeJsonLines(path: string, rows: Iterable<unknown>): Promise<void> {
  let text = '';
  for (const row of rows) text += `${JSON.stringify(row)}\n`;
  await writeFileAtomic(path, text);
}
