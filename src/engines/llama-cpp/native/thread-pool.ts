import { type Native, type Pointer, threadPoolFunctions } from './native.ts';

/**
 * How long a thread looks for work before it sleeps, 0..100: a millisecond or two, enough to bridge the gap between
 * two tokens of an answer. llama.cpp's own 50 keeps a core busy for a tenth of a second after every request.
 */
const poll = 1;

/** Threads that stay between decode calls; without them llama.cpp starts and ends its threads in every call. */
export interface ThreadPool {
  /** Lets a context compute on it. */
  attach(context: Pointer): void;
  /** After the contexts that compute on it are freed. */
  free(): void;
}

/** @returns null for one thread, which needs no pool, and where the library has none */
export function createThreadPool(native: Native, threads: number): ThreadPool | null {
  if (threads < 2) return null;
  const functions = threadPoolFunctions(native);
  const defaults = native.threadPoolDefaults(threads) as object;
  const pool = functions?.create({ ...defaults, poll }) ?? null;
  if (functions === null || pool === null) return null;
  return {
    attach: context => native.attachThreadPool(context, pool, pool),
    free: () => functions.free(pool),
  };
}
