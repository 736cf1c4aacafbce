/** Bytes that wait for a slow reader before the sender is told to stop. */
const highWaterBytes = 256 << 10;

/** What fills the queue can be held back and stopped. */
export interface Source {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/**
 * Chunks between a pushing source and one pulling reader. A reader that is slow holds the source back, a reader
 * that leaves stops it.
 */
export class ByteQueue implements AsyncIterableIterator<Uint8Array> {
  readonly #source: Source;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #paused = false;
  #ended = false;
  #left = false;
  #error: Error | null = null;
  #reader: {
    resolve(result: IteratorResult<Uint8Array>): void;
    reject(error: Error): void;
  } | null = null;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Whether the reader has taken everything and waits for more. */
  get awaited(): boolean {
    return this.#reader !== null;
  }

  /** Whether the reader took as much as it wanted, and stopped the source. */
  get left(): boolean {
    return this.#left;
  }

  push(chunk: Uint8Array): void {
    if (this.#reader !== null) {
      const reader = this.#reader;
      this.#reader = null;
      reader.resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > highWaterBytes && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
  }

  end(): void {
    this.#ended = true;
    this.#reader?.resolve({ done: true, value: undefined });
    this.#reader = null;
  }

  fail(error: Error): void {
    this.#ended = true;
    this.#error = error;
    this.#reader?.reject(error);
    this.#reader = null;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#bytes -= chunk.length;
      if (this.#paused && this.#bytes <= highWaterBytes / 2) {
        this.#paused = false;
        this.#source.resume();
      }
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#error !== null) return Promise.reject(this.#error);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#left = true;
      this.#source.abort(new Error('the reader left'));
    }
    this.#chunks.length = 0;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
