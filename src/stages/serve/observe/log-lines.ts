import { write } from 'node:fs';

/** From most to least said. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type LogFields = Readonly<
  Record<string, string | number | boolean | null | readonly string[] | undefined>
>;

/** Where finished lines go; calls back when they are written, with the error where they could not be. */
export type LogSink = (text: string, written: (error: Error | null) => void) => void;

/** Characters that may wait for a slow reader before lines are dropped. */
const maxWaiting = 1 << 20;

/**
 * Structured logs: one JSON object a line. Lines of one turn of the event loop are written together, without
 * blocking it; where the reader of the log is slower than the gateway, lines are dropped and counted, never the
 * requests.
 */
export class LogLines {
  readonly #level: number;
  readonly #sink: LogSink;
  readonly #now: () => number;
  #waiting = '';
  #writing: Promise<void> | null = null;
  #dropped = 0;

  constructor(level: LogLevel, sink: LogSink, now: () => number = Date.now) {
    this.#level = logLevels.indexOf(level);
    this.#sink = sink;
    this.#now = now;
  }

  /** Lines left out because the reader was too slow or gone. */
  get dropped(): number {
    return this.#dropped;
  }

  /** For callers that would otherwise put fields together for nothing. */
  says(level: LogLevel): boolean {
    return logLevels.indexOf(level) >= this.#level;
  }

  /** Fields must be free of content: names, codes and numbers. */
  write(level: Exclude<LogLevel, 'silent'>, message: string, fields: LogFields): void {
    if (!this.says(level)) return;
    if (this.#waiting.length > maxWaiting) {
      this.#dropped++;
      return;
    }
    const time = new Date(this.#now()).toISOString();
    this.#waiting += `${JSON.stringify({ time, level, message, ...fields })}\n`;
    this.#writing ??= this.#drain();
  }

  /** Resolves once every line is written or given up. */
  async close(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async #drain(): Promise<void> {
    await new Promise(setImmediate);
    while (this.#waiting !== '') {
      const text = this.#waiting;
      this.#waiting = '';
      const failed = await new Promise<Error | null>(done => this.#sink(text, done));
      // A reader that is gone must not fail the gateway.
      if (failed !== null) this.#dropped += text.split('\n').length - 1;
    }
    this.#writing = null;
  }
}

/** How often a full pipe is tried again before its lines are given up, and how long each wait is. */
const maxTries = 500;
const retryMs = 10;

/** Writes to an open file, pipe or terminal, e.g. 2 for stderr, without blocking the event loop. */
export function fileDescriptorSink(descriptor: number): LogSink {
  return (text, written) => {
    const put = (bytes: Buffer, tries: number): void =>
      write(descriptor, bytes, (error, count) => {
        if (error !== null && (error as NodeJS.ErrnoException).code === 'EAGAIN' && tries < maxTries)
          setTimeout(put, retryMs, bytes, tries + 1);
        else if (error !== null) written(error);
        else if (count < bytes.length) put(bytes.subarray(count), 0);
        else written(null);
      });
    put(Buffer.from(text), 0);
  };
}
