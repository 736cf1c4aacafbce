import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Completion } from '../../../core/chat-model.ts';
import { diskFull } from '../../../files/atomic-file.ts';

/** An answer that was paid for. */
export interface PaidAnswer extends Pick<Completion, 'text' | 'finishReason' | 'logprobs' | 'usage'> {
  /** When it came, ISO 8601. */
  readonly at: string;
}

/** What a request that was sent may have cost without an answer to show for it, in US dollars; null without a price. */
interface Sent {
  readonly boundUsd: number | null;
}

type Line =
  | ({ readonly kind: 'sent'; readonly key: string } & Sent)
  | { readonly kind: 'answer'; readonly key: string; readonly answer: PaidAnswer }
  | { readonly kind: 'free'; readonly key: string };

/**
 * Every request and every answer, on disk before it is used: what was answered once is never asked again, whatever
 * happens to the process.
 */
export interface RequestJournal {
  answerOf(key: string): PaidAnswer | undefined;
  /** Bounds of the requests under this key that were sent and may have been charged without an answer. */
  lostOf(key: string): readonly Sent[];
  /** A request is about to be sent. */
  sent(key: string, boundUsd: number | null): Promise<void>;
  answered(key: string, answer: PaidAnswer): Promise<void>;
  /** The request came to nothing and was not charged. */
  free(key: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a journal, reading what is there. A last line that a crash cut off is dropped.
 * @throws PrerequisiteError `disk-full` (also from the writers)
 */
export async function openRequestJournal(path: string): Promise<RequestJournal> {
  await mkdir(dirname(path), { recursive: true });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const answers = new Map<string, PaidAnswer>();
  const unended = new Map<string, Sent[]>();
  for (const line of text.split('\n')) take(parseLine(line), answers, unended);
  const lost = new Map(unended);
  const file = await open(path, 'a');
  // After a crash in the middle of a line the next one must not be glued to the rest of it.
  if (text !== '' && !text.endsWith('\n')) await file.appendFile('\n');
  let last: Promise<void> = Promise.resolve();
  const write = (line: Line): Promise<void> => {
    last = last.then(async () => {
      await file.appendFile(`${JSON.stringify(line)}\n`);
      await file.datasync();
    });
    return last.catch(error => {
      throw diskFull(error, path) ?? error;
    });
  };
  return {
    answerOf: key => answers.get(key),
    lostOf: key => lost.get(key) ?? [],
    sent: (key, boundUsd) => write({ kind: 'sent', key, boundUsd }),
    async answered(key, answer) {
      await write({ kind: 'answer', key, answer });
      answers.set(key, answer);
    },
    free: key => write({ kind: 'free', key }),
    async close() {
      await last.catch(() => undefined);
      await file.close();
    },
  };
}

function take(line: Line | null, answers: Map<string, PaidAnswer>, open: Map<string, Sent[]>): void {
  if (line === null) return;
  const sent = open.get(line.key) ?? [];
  if (line.kind === 'sent') open.set(line.key, [...sent, { boundUsd: line.boundUsd }]);
  // Requests under one key follow each other: what ends is the last one that was sent.
  else open.set(line.key, sent.slice(0, -1));
  if (line.kind === 'answer') answers.set(line.key, line.answer);
}

function parseLine(line: string): Line | null {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return null;
  }
}
