import { InterruptedError } from '../../../core/errors/index.ts';
import { batchTokens, branchOutputs, branchSequences, type Context } from '../native/context.ts';
import type { BatchToken } from '../native/decode-batch.ts';
import { PromptSlots, type Slot } from './prompt-slots.ts';

/** What jobs put into one decode call. */
export interface BatchPlan {
  /** Tokens that still fit. */
  readonly room: number;
  /** Tokens of a prompt that one job may add: less when others would have to wait for a long one. */
  readonly promptRoom: number;
  /** Tokens whose logits may still be asked for, beside one of each request. */
  readonly outputs: number;
  /** Branch sequences that are still free. */
  readonly branches: number;
  /** Adds a token; gives its index in the batch, by which its logits are read. */
  add(token: BatchToken): number;
  /** Takes branch sequences for this call: they see the slot's cells, and are emptied afterwards. */
  takeBranches(slot: Slot, count: number): number[];
}

/** A request in progress: plans its next tokens, then reads what came out. */
export interface Job {
  readonly prompt: readonly number[];
  /** Cells of the cache that it may come to need. */
  readonly reservedTokens: number;
  /** How many prompt tokens were found in the cache; told once. */
  begin(cachedTokens: number): void;
  plan(slot: Slot, plan: BatchPlan): void;
  /** True when the job is finished. */
  consume(slot: Slot, context: Context): boolean;
}

interface Entry {
  readonly job: Job;
  readonly signal: AbortSignal | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Prompt tokens a step while several requests are active: from here on a batch is bound by arithmetic anyway. */
const sharedPromptTokens = 64;

/**
 * Continuous batching: every step decodes one batch made of all active requests. Requests beyond the number of
 * slots or cells queue in order of arrival; a new one joins at the next step, in a slot that has the longest prefix
 * which any slot has in common with it.
 */
export class Scheduler {
  readonly #context: Context;
  readonly #sequences: number;
  readonly #slots: PromptSlots;
  readonly #cacheTokens: number;
  readonly #active = new Map<Slot, Entry>();
  readonly #queue: Entry[] = [];
  #running: Promise<void> | null = null;
  #closed = false;

  /** @param sequences requests computed at once; @param cacheTokens cells of the cache, at least those of one request */
  constructor(context: Context, sequences: number, cacheTokens: number) {
    this.#context = context;
    this.#cacheTokens = cacheTokens;
    this.#sequences = sequences;
    this.#slots = new PromptSlots(context, context.promptSequences, sequences);
  }

  /** Runs a job to its end. @throws InterruptedError `request-cancelled` */
  run(job: Job, signal: AbortSignal | undefined): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('The model is closed'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, signal, resolve, reject });
      this.#running ??= this.#loop();
    });
  }

  /** Refuses new requests, cancels the others, and waits for the step in progress. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #loop(): Promise<void> {
    // Requests made in the same turn of the event loop share their first batch.
    await Promise.resolve();
    for (;;) {
      this.#dropCancelled();
      this.#admit();
      if (this.#active.size === 0) {
        // At once, not after the promise settles: a request made in between must start a new loop.
        this.#running = null;
        return;
      }
      try {
        await this.#step();
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  async #step(): Promise<void> {
    const batch: BatchToken[] = [];
    const used: number[] = [];
    const context = this.#context;
    const firstBranch = context.promptSequences;
    const promptTokens = this.#active.size > 1 ? sharedPromptTokens : batchTokens;
    const plan: BatchPlan = {
      get room() {
        return batchTokens - batch.length;
      },
      get promptRoom() {
        return Math.min(promptTokens, batchTokens - batch.length);
      },
      get outputs() {
        return branchOutputs - batch.reduce((sum, token) => sum + (token.output ? 1 : 0), 0);
      },
      get branches() {
        return branchSequences - used.length;
      },
      add: token => batch.push(token) - 1,
      takeBranches: (slot, count) => {
        const taken = Array.from({ length: count }, (_, index) => firstBranch + used.length + index);
        for (const branch of taken) context.copy(slot.sequence, branch, slot.tokens.length);
        used.push(...taken);
        return taken;
      },
    };
    const planned: [Slot, Entry][] = [];
    for (const [slot, entry] of this.#active) {
      const before = batch.length;
      entry.job.plan(slot, plan);
      if (batch.length > before) planned.push([slot, entry]);
    }
    await context.decode(batch);
    for (const branch of used) context.remove(branch, 0);
    for (const [slot, entry] of planned) {
      // Who had to wait for room goes first in the next batch.
      this.#active.delete(slot);
      try {
        if (!entry.job.consume(slot, context)) {
          this.#active.set(slot, entry);
          continue;
        }
        entry.resolve();
      } catch (error) {
        entry.reject(error);
      }
      this.#slots.giveBack(slot);
    }
  }

  #dropCancelled(): void {
    for (const [slot, entry] of this.#active)
      if (this.#closed || entry.signal?.aborted) {
        this.#active.delete(slot);
        this.#slots.giveBack(slot);
        entry.reject(cancelled());
      }
    for (const entry of this.#queue.filter(waiting => this.#closed || waiting.signal?.aborted)) {
      this.#queue.splice(this.#queue.indexOf(entry), 1);
      entry.reject(cancelled());
    }
  }

  #admit(): void {
    while (this.#queue.length > 0 && this.#active.size < this.#sequences) {
      const { job } = this.#queue[0]!;
      const reserved = [...this.#active.values()].reduce((sum, { job: one }) => sum + one.reservedTokens, 0);
      // Cells are promised to whoever is active, so that nobody has to be thrown out half way.
      const free = this.#cacheTokens - reserved - job.reservedTokens;
      if (free < 0 && this.#active.size > 0) return;
      const slot = this.#slots.take(job.prompt, free);
      this.#active.set(slot, this.#queue.shift()!);
      job.begin(slot.tokens.length);
    }
  }

  #fail(error: unknown): void {
    this.#slots.clear();
    for (let branch = 0; branch < branchSequences; branch += 1)
      this.#context.remove(this.#context.promptSequences + branch, 0);
    for (const entry of this.#active.values()) entry.reject(error);
    this.#active.clear();
  }
}

/**
 * Adds prompt tokens that are not in the cache yet.
 * @returns index in the batch of the last prompt token, or null while some remain
 */
export function planPrompt(
  slot: Slot,
  prompt: readonly number[],
  plan: BatchPlan,
  branches: readonly number[] = [],
): number | null {
  const todo = prompt.slice(slot.tokens.length, slot.tokens.length + plan.promptRoom);
  let index: number | null = null;
  for (const token of todo) {
    const position = slot.tokens.length;
    const last = position === prompt.length - 1;
    const added = plan.add({ token, position, sequences: [slot.sequence, ...branches], output: last });
    slot.tokens.push(token);
    if (last) index = added;
  }
  return index;
}

function cancelled(): InterruptedError {
  return new InterruptedError(
    'request-cancelled',
    'The request was cancelled',
    'Send it again if the answer is still wanted.',
  );
}
