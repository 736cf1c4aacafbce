import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
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

/** Where the line of an answer stands in the file, in bytes, and what it cost. */
interface Place {
  readonly begins: number;
  readonly length: number;
  readonly costUsd: number | null;
}

/**
 * Every request and every answer, on disk before it is used: what was answered once is never asked again, whatever
 * happens to the process. Answers stay on disk: with log-probabilities those of ten thousand rows are half a gigabyte.
 */
export interface RequestJournal {
  /** What an answer under this key cost, in US dollars, null without a price; undefined where there is none. */
  costOf(key: string): number | null | undefined;
  answerOf(key: string): Promise<PaidAnswer | undefined>;
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
  const file = await open(path, 'a+');
  const answers = new Map<string, Place>();
  const unended = new Map<string, Sent[]>();
  let size = 0;
  let isEnded = true;
  for await (const { bytes, ended } of linesOf(path)) {
    const line = parseLine(bytes);
    if (line !== null) take(line, { begins: size, length: bytes.length }, answers, unended);
    size += bytes.length + (ended ? 1 : 0);
    isEnded = ended;
  }
  const lost = new Map(unended);
  // After a crash in the middle of a line the next one must not be glued to the rest of it.
  if (!isEnded) {
    await file.appendFile('\n');
    size += 1;
  }
  let last: Promise<void> = Promise.resolve();
  /** Appends a line, and calls back with where it stands once it is on disk. */
  const write = (line: Line, written: (begins: number, length: number) => void = () => {}): Promise<void> => {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    last = last.then(async () => {
      await file.appendFile(bytes);
      await file.datasync();
      written(size, bytes.length - 1);
      size += bytes.length;
    });
    return last.catch(error => {
      throw diskFull(error, path) ?? error;
    });
  };
  return {
    costOf: key => answers.get(key)?.costUsd,
    async answerOf(key) {
      const place = answers.get(key);
      if (place === undefined) return undefined;
      const bytes = Buffer.alloc(place.length);
      await file.read(bytes, 0, place.length, place.begins);
      return (JSON.parse(bytes.toString('utf8')) as Extract<Line, { kind: 'answer' }>).answer;
    },
    lostOf: key => lost.get(key) ?? [],
    sent: (key, boundUsd) => write({ kind: 'sent', key, boundUsd }),
    answered: (key, answer) =>
      write({ kind: 'answer', key, answer }, (begins, length) =>
        answers.set(key, { begins, length, costUsd: answer.usage.costUsd }),
      ),
    free: key => write({ kind: 'free', key }),
    async close() {
      await last.catch(() => undefined);
      await file.close();
    },
  };
}

function take(
  line: Line,
  place: Omit<Place, 'costUsd'>,
  answers: Map<string, Place>,
  open: Map<string, Sent[]>,
): void {
  const sent = open.get(line.key) ?? [];
  if (line.kind === 'sent') open.set(line.key, [...sent, { boundUsd: line.boundUsd }]);
  // Requests under one key follow each other: what ends is the last one that was sent.
  else open.set(line.key, sent.slice(0, -1));
  if (line.kind === 'answer') answers.set(line.key, { ...place, costUsd: line.answer.usage.costUsd });
}

/** The lines of a file without their ends, one at a time; the last one may have none. */
async function* linesOf(path: string): AsyncGenerator<{ readonly bytes: Buffer; readonly ended: boolean }> {
  let pieces: Buffer[] = [];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      yield { bytes: Buffer.concat([...pieces, chunk.subarray(from, end)]), ended: true };
      pieces = [];
      from = end + 1;
    }
    pieces.push(chunk.subarray(from));
  }
  const rest = Buffer.concat(pieces);
  if (rest.length > 0) yield { bytes: rest, ended: false };
}

function parseLine(bytes: Buffer): Line | null {
  try {
    return JSON.parse(bytes.toString('utf8')) as Line;
  } catch {
    return null;
  }
}
