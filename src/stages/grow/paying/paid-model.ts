import type { ChatModel, GenerateRequest } from '../../../core/chat-model.ts';
import { InterruptedError, UpstreamError } from '../../../core/errors/index.ts';
import { hashJson } from '../../../core/hash.ts';
import type { Purse } from './purse.ts';
import type { PaidAnswer, RequestJournal } from './request-journal.ts';
import { costBound, type Price } from './token-cost.ts';

/** The next request could exceed the budget; what was paid is kept. Never leaves the stage. */
export class BudgetReached extends Error {
  override readonly name = 'BudgetReached';
}

/** Failures after which the server cannot have charged anything. */
const freeFailures = new Set([
  'upstream-unauthorized',
  'upstream-rejected',
  'upstream-rate-limited',
  'upstream-redirected',
  'upstream-unavailable',
]);

export interface PaidModelOptions {
  readonly model: ChatModel;
  /** What makes it this model and no other. */
  readonly identity: { readonly baseUrl: string; readonly model: string };
  readonly price: Price;
  readonly journal: RequestJournal;
  readonly purse: Purse;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
}

/**
 * A model whose answers cost money: what was answered once is taken from the journal, and nothing is sent that the
 * budget may not hold.
 */
export class PaidModel {
  readonly id: string;
  readonly identity: PaidModelOptions['identity'];
  readonly price: Price;
  readonly supportsSchema: boolean;
  readonly #options: PaidModelOptions;
  readonly #underway = new Map<string, Promise<PaidAnswer>>();
  /** Keys whose earlier cost is in the purse already. */
  readonly #counted = new Set<string>();
  #requests = 0;
  #known = 0;
  #lost = 0;

  constructor(options: PaidModelOptions) {
    this.#options = options;
    this.id = options.model.info.id;
    this.identity = options.identity;
    this.price = options.price;
    this.supportsSchema = options.model.info.supports.jsonSchema;
  }

  /** Requests answered in this run; answers taken from the journal; requests of earlier runs that have no answer. */
  get counts(): { readonly requests: number; readonly known: number; readonly lost: number } {
    return { requests: this.#requests, known: this.#known, lost: this.#lost };
  }

  /** Whether a request was answered before, in this run or an earlier one. */
  has(request: GenerateRequest): boolean {
    return this.#options.journal.costOf(this.#key(request)) !== undefined;
  }

  /**
   * One answer. A request that was sent is waited for even when the run is stopped, as it is paid for.
   * @throws BudgetReached | UpstreamError | InterruptedError `interrupted`
   */
  ask(request: GenerateRequest): Promise<PaidAnswer> {
    const key = this.#key(request);
    const underway = this.#underway.get(key);
    if (underway) return underway;
    const asked = this.#ask(key, request).finally(() => this.#underway.delete(key));
    this.#underway.set(key, asked);
    return asked;
  }

  async #ask(key: string, request: GenerateRequest): Promise<PaidAnswer> {
    const { journal, purse, signal, model, now } = this.#options;
    const bound = costBound(request, this.price);
    const knownCostUsd = journal.costOf(key);
    if (!this.#counted.has(key)) {
      this.#counted.add(key);
      const lost = journal.lostOf(key);
      this.#lost += lost.length;
      if (knownCostUsd !== undefined) this.#known += 1;
      purse.countEarlier(lost.reduce((sum, { boundUsd }) => sum + (boundUsd ?? 0), knownCostUsd ?? 0));
    }
    const known = await journal.answerOf(key);
    if (known !== undefined) return known;
    if (signal.aborted) throw interrupted();
    const reservation = purse.reserve(bound ?? 0);
    if (reservation === null) throw new BudgetReached();
    let costUsd = bound ?? 0;
    try {
      await journal.sent(key, bound);
      const { text, finishReason, logprobs, usage } = await model.generate(request);
      costUsd = usage.costUsd ?? bound ?? 0;
      const answer: PaidAnswer = {
        text,
        finishReason,
        logprobs,
        usage: { ...usage, costUsd: usage.costUsd ?? bound },
        at: new Date(now()).toISOString(),
      };
      await journal.answered(key, answer);
      this.#requests += 1;
      return answer;
    } catch (error) {
      if (error instanceof UpstreamError && freeFailures.has(error.code)) {
        costUsd = 0;
        await journal.free(key);
      }
      throw error;
    } finally {
      purse.settle(reservation, costUsd);
    }
  }

  #key(request: GenerateRequest): string {
    const { signal: _signal, ...asked } = request;
    return hashJson({ ...this.identity, ...asked });
  }
}

function interrupted(): InterruptedError {
  return new InterruptedError(
    'interrupted',
    'Stopped; every answer that was paid for is kept',
    'Run the same command again: it asks only what has no answer yet.',
  );
}

/** A model as rows name it: never with the path of its address, which may hold a secret. */
export function nameOf({ identity }: PaidModel): { readonly model: string; readonly host: string } {
  return { model: identity.model, host: new URL(identity.baseUrl).host };
}
