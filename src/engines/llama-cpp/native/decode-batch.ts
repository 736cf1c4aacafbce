import koffi from 'koffi';
import type { Pointer } from './native.ts';

/** One token to evaluate: where it stands, which sequences see it, and whether its logits are wanted. */
export interface BatchToken {
  readonly token: number;
  readonly position: number;
  /** The first one decides what the token attends to; all of them will see it. */
  readonly sequences: readonly number[];
  readonly output: boolean;
}

/** The arrays behind `struct llama_batch`, in native memory that is allocated once and written in place. */
export class DecodeBatch {
  readonly capacity: number;
  readonly #blocks: Pointer[] = [];
  readonly #token: Int32Array;
  readonly #position: Int32Array;
  readonly #sequenceCount: Int32Array;
  readonly #sequencePointers: BigUint64Array;
  readonly #sequences: Int32Array;
  readonly #sequencesAddress: bigint;
  readonly #output: Int8Array;

  constructor(capacity: number, maxSequences: number) {
    this.capacity = capacity;
    this.#token = new Int32Array(this.#allocate(4 * capacity));
    this.#position = new Int32Array(this.#allocate(4 * capacity));
    this.#sequenceCount = new Int32Array(this.#allocate(4 * capacity));
    this.#sequencePointers = new BigUint64Array(this.#allocate(8 * (capacity + 1)));
    this.#output = new Int8Array(this.#allocate(capacity));
    this.#sequences = new Int32Array(this.#allocate(4 * capacity * maxSequences));
    this.#sequencesAddress = this.#blocks.at(-1)!;
  }

  /** Writes the tokens; gives what `llama_decode` takes by value. */
  fill(tokens: readonly BatchToken[]): object {
    let used = 0;
    tokens.forEach((entry, index) => {
      this.#token[index] = entry.token;
      this.#position[index] = entry.position;
      this.#sequenceCount[index] = entry.sequences.length;
      this.#sequencePointers[index] = this.#sequencesAddress + BigInt(4 * used);
      for (const sequence of entry.sequences) this.#sequences[used++] = sequence;
      this.#output[index] = entry.output ? 1 : 0;
    });
    const [token, pos, count, pointers, logits] = this.#blocks;
    return {
      n_tokens: tokens.length,
      token,
      embd: null,
      pos,
      n_seq_id: count,
      seq_id: pointers,
      logits,
    };
  }

  free(): void {
    for (const block of this.#blocks.splice(0)) koffi.free(block);
  }

  #allocate(bytes: number): ArrayBuffer {
    const block = koffi.alloc('uint8_t', bytes) as Pointer;
    this.#blocks.push(block);
    return koffi.view(block, bytes);
  }
}
