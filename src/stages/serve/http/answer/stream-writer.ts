import type { ServerResponse } from 'node:http';
import { finalFrameStart } from './final-frame.ts';

/**
 * Writes a stream to a client no faster than it reads. The event that says the answer is complete is held back until
 * the caller lets it go, so that nobody takes an answer for complete before it is written down.
 */
export class StreamWriter {
  readonly #response: ServerResponse;
  readonly #stallMs: number;
  #held: Uint8Array | null = null;

  /** @param stallMs a client that takes nothing for so long is cut off, in milliseconds */
  constructor(response: ServerResponse, stallMs: number) {
    this.#response = response;
    this.#stallMs = stallMs;
  }

  /** Writes a chunk of whole events; resolves at once unless the client is behind. */
  write(chunk: Uint8Array): Promise<void> | null {
    // Nothing follows the last event.
    if (this.#held !== null || this.#response.destroyed) return null;
    const final = finalFrameStart(chunk);
    if (final === 0) {
      this.#held = chunk;
      return null;
    }
    if (final > 0) this.#held = chunk.subarray(final);
    if (this.#response.write(final > 0 ? chunk.subarray(0, final) : chunk)) return null;
    return this.#drained();
  }

  /** Lets the last event go and ends the answer. */
  end(): void {
    if (this.#held === null) this.#response.end();
    else this.#response.end(this.#held);
  }

  /** Ends the answer with an event of its own in place of the last one. */
  endWith(frame: string): void {
    this.#response.end(frame);
  }

  #drained(): Promise<void> {
    const response = this.#response;
    return new Promise(resolve => {
      const done = () => {
        clearTimeout(timer);
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      const timer = setTimeout(() => response.destroy(), this.#stallMs);
      response.on('drain', done);
      response.on('close', done);
    });
  }
}
