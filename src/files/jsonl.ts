import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { writeFileAtomic } from './atomic-file.ts';

/** Reads a JSON Lines file that stepdown itself wrote (trusted shape); empty lines are skipped. */
export async function* readJsonLines<Row>(path: string): AsyncGenerator<Row> {
  const lines = createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as Row;
}

/** Writes rows as JSON Lines, whole or not at all. */
export async function writeJsonLines(path: string, rows: Iterable<unknown>): Promise<void> {
  let text = '';
  for (const row of rows) text += `${JSON.stringify(row)}\n`;
  await writeFileAtomic(path, text);
}
