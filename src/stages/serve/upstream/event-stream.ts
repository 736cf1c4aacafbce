import { UpstreamError } from '../../../core/errors/index.ts';
import { failureIn, StreamedAnswer } from './read-answer.ts';

/** Longest event, in bytes. */
const maxFrameBytes = 4 << 20;
/** A server that does not end its answer after the last event is waited for so long, in milliseconds. */
const lastWaitMs = 1_000;
const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * A server's event stream, passed on as it is but in whole events only: a connection that breaks within one leaves
 * the client with complete events, after which an error can be told. Every event is looked at once, for the record.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class EventStream implements AsyncIterableIterator<Uint8Array> {
  readonly answer = new StreamedAnswer();
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #servedBy: string;
  readonly #hideUsage: boolean;
  readonly #onEnd: () => void;
  #rest: Buffer | null = null;
  #failure: unknown = null;

  /**
   * @param hideUsage leave out the event that only counts tokens: the client did not ask for it
   * @param onEnd called when the stream has ended or failed, with `answer` as far as it came
   */
  constructor(
    source: AsyncIterable<Uint8Array>,
    servedBy: string,
    hideUsage: boolean,
    onEnd: (answer: StreamedAnswer) => void,
  ) {
    this.#source = source[Symbol.asyncIterator]();
    this.#servedBy = servedBy;
    this.#hideUsage = hideUsage;
    this.#onEnd = () => onEnd(this.answer);
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    try {
      for (;;) {
        if (this.#failure !== null) throw this.#failure;
        if (this.answer.ended) return await this.#leave();
        const step = await this.#source.next();
        if (step.done === true) return this.#end();
        const whole = this.#wholeEvents(step.value);
        if (whole === null) continue;
        const passed = this.#read(whole);
        if (passed.length > 0) return { done: false, value: passed };
      }
    } catch (error) {
      this.#onEnd();
      void this.#source.return?.().catch(() => {});
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#onEnd();
    await this.#source.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** How the connection ends after the last event is no part of the answer. One that ends soon can be used again. */
  async #leave(): Promise<IteratorResult<Uint8Array>> {
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<void>(resolve => {
      timer = setTimeout(resolve, lastWaitMs);
    });
    await Promise.race([this.#drain(), waited]);
    clearTimeout(timer);
    this.#onEnd();
    void this.#source.return?.().catch(() => {});
    return { done: true, value: undefined };
  }

  async #drain(): Promise<void> {
    try {
      while ((await this.#source.next()).done !== true);
    } catch {
      // It broke off, after everything was said.
    }
  }

  #end(): IteratorResult<Uint8Array> {
    if (this.#rest !== null && this.#rest.toString('utf8').trim() !== '')
      throw this.#invalid('it ends within an event');
    if (!this.answer.complete) throw this.#invalid('it ends before the answer does');
    this.#onEnd();
    return { done: true, value: undefined };
  }

  /** What has come up to the end of the last whole event; null where there is none yet. */
  #wholeEvents(chunk: Uint8Array): Buffer | null {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const all = this.#rest === null ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = endOfLastEvent(all);
    this.#rest = end === all.length ? null : all.subarray(end);
    if (this.#rest !== null && this.#rest.length > maxFrameBytes) {
      throw this.#invalid(`an event is longer than ${maxFrameBytes} bytes`);
    }
    return end === 0 ? null : all.subarray(0, end);
  }

  /** Reads whole events and gives those to pass on: the same bytes in nearly every case. */
  #read(bytes: Buffer): Uint8Array {
    const text = bytes.toString('utf8');
    const events = (text.includes('\r') ? text.replaceAll('\r\n', '\n') : text).split('\n\n');
    const passed: string[] = [];
    for (const event of events) {
      try {
        if (this.#take(event) || !this.#hideUsage) passed.push(event);
      } catch (error) {
        if (passed.length === 0) throw error;
        // What came before it is given out first.
        this.#failure = error;
        passed.push('');
        break;
      }
    }
    return passed.length === events.length && this.#failure === null
      ? bytes
      : Buffer.from(passed.join('\n\n'));
  }

  /** @returns false for an event that only counts tokens */
  #take(event: string): boolean {
    const data = dataOf(event);
    if (data === null) return true;
    if (data === '[DONE]') {
      this.answer.done();
      return true;
    }
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      throw this.#invalid('an event holds no JSON');
    }
    if (typeof value !== 'object' || value === null) throw this.#invalid('an event holds no JSON object');
    const read = value as Record<string, unknown>;
    const failure = failureIn(read);
    if (failure !== null) throw brokenOff(this.#servedBy, failure);
    return this.answer.take(read);
  }

  #invalid(why: string): UpstreamError {
    return new UpstreamError(
      'upstream-invalid-answer',
      `The stream of ${this.#servedBy} cannot be used: ${why}`,
      'Send it again; check that `baseUrl` points at an OpenAI-compatible API.',
    );
  }
}

/** The error of a server that fails after it has begun to answer. @param failure the kind of its error */
export function brokenOff(servedBy: string, failure: string): UpstreamError {
  return new UpstreamError(
    'upstream-unavailable',
    `${servedBy} broke off its answer (${failure})`,
    'Wait a little and send it again.',
  );
}

/** Text of an event's data lines; null where it has none (comments, empty lines). */
function dataOf(event: string): string | null {
  if (event.startsWith('data: ') && !event.includes('\n')) return event.slice(6);
  const lines = event.split('\n').filter(line => line.startsWith('data:'));
  if (lines.length === 0) return null;
  return lines.map(line => line.slice(line.startsWith('data: ') ? 6 : 5)).join('\n');
}

/** One after the empty line that ends the last event, 0 where no event has ended. */
function endOfLastEvent(bytes: Buffer): number {
  for (let at = bytes.lastIndexOf(newline); at > 0; at = bytes.lastIndexOf(newline, at - 1)) {
    const before = bytes[at - 1] === carriageReturn ? at - 2 : at - 1;
    if (bytes[before] === newline) return at + 1;
  }
  return 0;
}
