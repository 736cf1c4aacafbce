import { NumberColumn } from './number-column.ts';

/** Bytes that are asked for at a time. */
const chunkBytes = 16 * 1024 * 1024;

/** Texts as UTF-8 in a few large buffers: their bytes and 12 more each, outside the heap of the program. */
export class TextColumn {
  readonly #chunks: Buffer[] = [];
  readonly #chunk = new NumberColumn(length => new Uint32Array(length));
  readonly #start = new NumberColumn(length => new Uint32Array(length));
  readonly #bytes = new NumberColumn(length => new Uint32Array(length));
  #free = 0;
  #used = 0;

  get length(): number {
    return this.#start.length;
  }

  /** Bytes of all texts. */
  get byteLength(): number {
    return this.#used;
  }

  push(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#free) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(chunkBytes, bytes)));
      this.#free = this.#chunks.at(-1)!.length;
    }
    const chunk = this.#chunks.at(-1);
    const start = chunk === undefined ? 0 : chunk.length - this.#free;
    chunk?.write(text, start);
    this.#free -= bytes;
    this.#used += bytes;
    this.#chunk.push(this.#chunks.length - 1);
    this.#start.push(start);
    this.#bytes.push(bytes);
  }

  /** @param index below `length` */
  at(index: number): string {
    const bytes = this.#bytes.at(index);
    if (bytes === 0) return '';
    const start = this.#start.at(index);
    return this.#chunks[this.#chunk.at(index)]!.toString('utf8', start, start + bytes);
  }
}
