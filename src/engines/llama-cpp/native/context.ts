import { availableParallelism } from 'node:os';
import koffi from 'koffi';
import { ConfigError, DataError, PrerequisiteError } from '../../../core/errors/index.ts';
import { type BatchToken, DecodeBatch } from './decode-batch.ts';
import { callAsync, type Native, type Pointer } from './native.ts';
import { createThreadPool, type ThreadPool } from './thread-pool.ts';
import type { Weights } from './weights.ts';

export interface ContextOptions {
  /** Longest prompt plus answer of one request. */
  readonly contextTokens: number;
  /** Requests decoded at once. */
  readonly sequences: number;
  /** Prompts kept beside those of the requests in progress, as far as there are sequences left; default 0. */
  readonly rememberedPrompts?: number;
  /** Tokens that all sequences together may keep; default: as many as they could ever need. */
  readonly cacheTokens?: number;
  readonly threads: number | null;
  readonly adapters: readonly { readonly path: string; readonly scale: number }[];
}

/** Tokens of one decode call. */
export const batchTokens = 512;
/** Sequences kept for the branches of label tries, beside those of the requests. */
export const branchSequences = 64;
/** Branching nodes whose logits one decode call may give, beside one token of each request. */
export const branchOutputs = 96;

/** A key-value cache over shared weights, one buffer for all sequences, with its adapters applied. */
export class Context {
  readonly weights: Weights;
  /** Sequences for prompts, from 0; those of branches follow. */
  readonly promptSequences: number;
  readonly #native: Native;
  readonly #context: Pointer;
  readonly #memory: Pointer;
  readonly #batch: DecodeBatch;
  /** Views of the library's own buffer by address: rows come at the same few addresses again and again. */
  readonly #rows = new Map<Pointer, Float32Array>();

  readonly #threadPool: ThreadPool | null;

  private constructor(weights: Weights, context: Pointer, promptSequences: number, threads: number) {
    this.weights = weights;
    this.promptSequences = promptSequences;
    this.#native = weights.native;
    this.#context = context;
    this.#memory = this.#native.memory(context) as Pointer;
    this.#batch = new DecodeBatch(batchTokens, promptSequences + branchSequences);
    this.#threadPool = createThreadPool(this.#native, threads);
    this.#threadPool?.attach(context);
  }

  /** @throws PrerequisiteError `out-of-memory` | DataError `adapter-invalid` | ConfigError `sequences-too-many` */
  static async create(weights: Weights, options: ContextOptions): Promise<Context> {
    const { native } = weights;
    const most = Number(native.maxSequences()) - branchSequences;
    if (options.sequences > most)
      throw new ConfigError(
        'sequences-too-many',
        `A local model computes at most ${most} requests at once, not ${options.sequences}`,
        `Set \`serve.limits.sequences\` to ${most} or less; a few more than there are cores is enough.`,
      );
    const promptSequences = Math.min(most, options.sequences + (options.rememberedPrompts ?? 0));
    const sequences = promptSequences + branchSequences;
    const threads = options.threads ?? availableParallelism();
    const adapters = await Promise.all(options.adapters.map(adapter => weights.adapter(adapter.path)));
    const context = await callAsync<Pointer | null>(native.createContext, weights.model, {
      ...(native.contextDefaults() as object),
      // Branches of a trie live beside the prompts; half a batch is kept for them.
      n_ctx: cacheTokensOf(options) + batchTokens,
      n_batch: batchTokens,
      n_ubatch: batchTokens,
      n_seq_max: sequences,
      n_outputs_max: Math.max(sequences, options.sequences + branchOutputs),
      n_threads: threads,
      n_threads_batch: threads,
      kv_unified: true,
    });
    if (!context)
      throw new PrerequisiteError(
        'out-of-memory',
        `There is not enough memory for a cache of ${cacheTokensOf(options)} tokens`,
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
    return new Context(weights, context, promptSequences, threads);
  }

  /** Evaluates a batch on a worker thread. One call at a time. */
  async decode(tokens: readonly BatchToken[]): Promise<void> {
    const status = await inTurn(() =>
      callAsync<number>(this.#native.decode, this.#context, this.#batch.fill(tokens)),
    );
    if (status !== 0) throw new Error(`llama_decode gave ${status} for ${tokens.length} tokens`);
  }

  /** Logits of one token of the last batch, the whole vocabulary. Overwritten by the next call of `decode`. */
  logits(index: number): Float32Array {
    const address = this.#native.logits(this.#context, index) as Pointer | null;
    if (!address) throw new Error(`No logits were computed for token ${index} of the batch`);
    const bytes = 4 * this.weights.vocabularySize;
    const row = this.#rows.get(address) ?? new Float32Array(koffi.view(address, bytes));
    this.#rows.set(address, row);
    return row;
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
    this.#threadPool?.free();
    this.#batch.free();
  }
}

/** Tokens of the cache, without those of branches. */
export function cacheTokensOf(options: ContextOptions): number {
  const most = options.contextTokens * options.sequences;
  return Math.min(most, Math.max(options.contextTokens, options.cacheTokens ?? most));
}

let turn: Promise<unknown> = Promise.resolve();

/** One decode call at a time in the process: two at once would fight for the same cores and both be slower. */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = turn.then(work);
  turn = result.catch(() => undefined);
  return result;
}
