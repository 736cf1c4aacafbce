import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { z } from 'zod';
import { DataError } from '../../core/errors/index.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';

/**
 * Reads a log of what people said, oldest first; none where there is no file. People merge these files, so every
 * line is checked.
 * @throws DataError `review-log-unreadable` with the line
 */
export async function readLog<Entry>(path: string, schema: z.ZodType<Entry>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const [index, line] of (await textOf(path)).split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = schema.safeParse(parseJson(line));
    if (!parsed.success)
      throw new DataError(
        'review-log-unreadable',
        `review/${basename(path)} line ${index + 1} is not a record that stepdown wrote`,
        `Restore review/${basename(path)} from a copy, or take that line out; it is never edited by hand.`,
        { details: { file: `review/${basename(path)}`, line: index + 1 } },
      );
    entries.push(parsed.data);
  }
  return entries;
}

/**
 * Adds to the end of a log: the file is replaced whole, so that a power cut leaves all of it or what was there. Call
 * while holding the workspace.
 * @throws PrerequisiteError `disk-full`
 */
export async function appendLog(path: string, entries: readonly unknown[]): Promise<void> {
  const before = await textOf(path);
  const joint = before === '' || before.endsWith('\n') ? '' : '\n';
  const lines = entries.map(entry => `${JSON.stringify(entry)}\n`).join('');
  await writeFileAtomic(path, `${before}${joint}${lines}`);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
