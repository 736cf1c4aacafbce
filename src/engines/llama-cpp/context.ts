import { availableParallelism } from 'node:os';
import koffi from 'koffi';
import { DataError, PrerequisiteError } from '../../core/errors/index.ts';
import { type BatchToken, DecodeBatch } from './decode-batch.ts';
import { callAsync, type Native, type Pointer } from './native.ts';
import type { Weights } from './weights.ts';

export interface ContextOptions {
  /** Longest prompt plus answer of one request. */
  readonly contextTokens: number;
  /** Requests decoded at once. */
  readonly sequences: number;
  readonly threads: number | null;
  readonly adapters: readonly { readonly path: string; readonly scale: number }[];
}

/** Tokens of one decode call. */
export const batchTokens = 512;
/** Sequences kept for the branches of label tries, beside those of the requests. */
export const branchSequences = 48;
/** Branching nodes whose logits one decode call may give, beside one token of each request. */
export const branchOutputs = 96;

/** A key-value cache over shared weights, one buffer for all sequences, with its adapters applied. */
export class Context {
  readonly weights: Weights;
  readonly #native: Native;
  readonly #context: Pointer;
  readonly #memory: Pointer;
  readonly #batch: DecodeBatch;
  readonly #logitsType;

  private constructor(weights: Weights, context: Pointer, sequences: number) {
    this.weights = weights;
    this.#native = weights.native;
    this.#context = context;
    this.#memory = this.#native.memory(context) as Pointer;
    this.#batch = new DecodeBatch(batchTokens, sequences);
    this.#logitsType = koffi.array('float', weights.vocabularySize, 'Typed');
  }

  /** @throws PrerequisiteError `out-of-memory` | DataError `adapter-invalid` */
  static async create(weights: Weights, options: ContextOptions): Promise<Context> {
    const { native } = weights;
    const sequences = options.sequences + branchSequences;
    const threads = options.threads ?? availableParallelism();
    const adapters = await Promise.all(options.adapters.map(adapter => weights.adapter(adapter.path)));
    const context = await callAsync<Pointer | null>(native.createContext, weights.model, {
      ...(native.contextDefaults() as object),
      // Branches of a trie live beside the prompts; half a batch is kept for them.
      n_ctx: options.contextTokens * options.sequences + batchTokens,
      n_batch: batchTokens,
      n_ubatch: batchTokens,
      n_seq_max: sequences,
      n_outputs_max: options.sequences + branchOutputs,
      n_threads: threads,
      n_threads_batch: threads,
      kv_unified: true,
    });
    if (!context)
      throw new PrerequisiteError(
        'out-of-memory',
        `There is not enough memory for ${options.sequences} sequences of ${options.contextTokens} tokens`,
        'Lower `contextTokens` or `sequences`.',
      );
    if (adapters.length > 0) {
      const scales = Float32Array.from(options.adapters, adapter => adapter.scale);
      const pointers = BigUint64Array.from(adapters, pointer => BigInt(pointer));
      if (native.setAdapters(context, pointers, adapters.length, scales) !== 0) {
        native.freeContext(context);
        throw new DataError(
          'adapter-invalid',
          'The adapters cannot be applied to this base model',
          'Convert the adapter again with the base it was trained on.',
        );
      }
    }
    return new Context(weights, context, sequences);
  }

  /** Evaluates a batch on a worker thread. One call at a time. */
  async decode(tokens: readonly BatchToken[]): Promise<void> {
    const status = await callAsync<number>(this.#native.decode, this.#context, this.#batch.fill(tokens));
    if (status !== 0) throw new Error(`llama_decode gave ${status} for ${tokens.length} tokens`);
  }

  /** Logits of one token of the last batch, the whole vocabulary: a copy. */
  logits(index: number): Float32Array {
    return koffi.decode(this.#logitsAt(index), this.#logitsType) as Float32Array;
  }

  /** Logits of one token of the last batch at some vocabulary ids: no more than these are read. */
  logitsOf(index: number, ids: readonly number[]): number[] {
    const address = this.#logitsAt(index);
    return ids.map(id => koffi.decode(address, 4 * id, 'float') as number);
  }

  /** Forgets the cells of a sequence from a position on. */
  remove(sequence: number, from: number): void {
    this.#native.removeCells(this.#memory, sequence, from, -1);
  }

  /** Lets another sequence see the cells of one, up to a position; costs no memory. */
  copy(from: number, to: number, end: number): void {
    if (end > 0) this.#native.copyCells(this.#memory, from, to, 0, end);
  }

  free(): void {
    this.#native.freeContext(this.#context);
    this.#batch.free();
  }

  #logitsAt(index: number): Pointer {
    const address = this.#native.logits(this.#context, index) as Pointer | null;
    if (!address) throw new Error(`No logits were computed for token ${index} of the batch`);
    return address;
  }
}
