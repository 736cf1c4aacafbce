import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Answer } from '../core/metric.ts';
import { diskFull } from '../files/atomic-file.ts';

/** Answers as they come, one a line, so that interrupted work goes on where it stopped. */
export interface AnswerJournal {
  /** Answers of an earlier run, by example id; failed rows are not among them, so that they are asked again. */
  readonly known: ReadonlyMap<string, Answer>;
  append(answer: Answer): Promise<void>;
  close(): Promise<void>;
}

/** Journal beside an answers file; `key` stands for everything the answers depend on. */
export const journalPath = (answersFile: string, key: string) => `${answersFile}.${key.slice(0, 12)}.journal`;

/**
 * Opens a journal, reading what is there. A last line cut off by a crash is dropped.
 * @throws PrerequisiteError `disk-full` (also from `append`)
 */
export async function openJournal(path: string): Promise<AnswerJournal> {
  await mkdir(dirname(path), { recursive: true });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const known = new Map<string, Answer>();
  for (const line of text.split('\n')) {
    const answer = parseLine(line);
    if (answer && answer.error === null) known.set(answer.exampleId, answer);
  }
  const file = await open(path, 'a');
  // After a crash in the middle of a line the next answer must not be glued to the rest of it.
  if (text !== '' && !text.endsWith('\n')) await file.appendFile('\n');
  let last: Promise<void> = Promise.resolve();
  return {
    known,
    append(answer) {
      last = last.then(() => file.appendFile(`${JSON.stringify(answer)}\n`));
      return last.catch(error => {
        throw diskFull(error, path) ?? error;
      });
    },
    async close() {
      await last.catch(() => undefined);
      await file.close();
    },
  };
}

function parseLine(line: string): Answer | null {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return null;
  }
}
