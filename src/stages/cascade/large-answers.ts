import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { DataError } from '../../core/errors/index.ts';
import type { LargeAnswer } from './fit/score-rows.ts';

const maximumAnswers = 1_000_000;

const rowSchema = z.object({
  id: z.string().min(1),
  text: z.string(),
  costUsd: z.number().nonnegative().nullable().default(null),
});

/**
 * Reads recorded answers of the large model: one `{"id", "text"}` a line, `costUsd` optional; id is the example's.
 * @throws DataError `large-answers-unreadable`
 */
export async function readLargeAnswers(file: string): Promise<Map<string, LargeAnswer>> {
  const answers = new Map<string, LargeAnswer>();
  let line = 0;
  const refuse = (what: string, cause?: unknown) =>
    new DataError(
      'large-answers-unreadable',
      `${file}${line === 0 ? '' : ` line ${line}`}: ${what}`,
      'Write one {"id": "...", "text": "..."} a line, with the ids that `stepdown data show` prints.',
      { cause },
    );
  try {
    for await (const text of createInterface({ input: createReadStream(file, 'utf8') })) {
      line++;
      if (text.trim() === '') continue;
      const row = rowSchema.safeParse(jsonOf(text));
      if (!row.success) throw refuse('needs "id" and "text", both text');
      const { id, ...answer } = row.data;
      if (answers.has(id)) throw refuse(`"${id.slice(0, 80)}" has an answer already`);
      if (answers.size >= maximumAnswers) throw refuse(`more than ${maximumAnswers} answers`);
      answers.set(id, answer);
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw refuse((error as Error).message, error);
  }
  if (answers.size === 0) throw refuse('has no answers');
  return answers;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
