import type { Spending, SpendingBound } from '../../../core/access.ts';
import type { KeyLimits, LedgerChange, LedgerStore } from '../../../core/access-key.ts';
import { type Amounts, dimensions, nothing, plus } from './amounts.ts';
import { book, type Ledger } from './ledger.ts';
import { limitReached } from './limit-errors.ts';
import { type Exhausted, limitedDimensions, only, type Taken, take } from './take.ts';

/** What a request is taken to cost at most where nothing bounds it and none was answered yet. */
const unknownCost: Spending = { tokens: 16_384, costUsd: 0.25 };
/** Room above the dearest request so far, for one whose cost nothing bounds. */
const margin = 2;
/** A refusal stands so long without another look at the store: a flood of refused requests costs it nothing. */
const refusalMs = 100;
/** Use that limits no request is written down so much later, and what was taken in advance is given back. */
const flushMs = 1_000;

/** A key's running use in this process. */
export class KeyAccount {
  readonly #keyId: string;
  readonly #limits: KeyLimits;
  readonly #ledgers: LedgerStore<Ledger>;
  readonly #now: () => number;
  readonly #limited;
  /** Taken from the ledger in advance, to be used within the second it was taken in. */
  #advance = { second: 0, left: nothing };
  /** Requests admitted in the second of the advance: how much to take next time. */
  #rate = { second: 0, admitted: 0 };
  /** What the ledger does not know yet, by second of admission. */
  readonly #unbooked = new Map<number, Amounts>();
  /** The most that one request has cost. */
  #largest: Spending = { tokens: 0, costUsd: 0 };
  #inFlight = 0;
  #refused: { readonly until: number; readonly by: Exhausted } | null = null;
  #taking: Promise<unknown> | null = null;
  #flushTimer: NodeJS.Timeout | null = null;

  constructor(keyId: string, limits: KeyLimits, ledgers: LedgerStore<Ledger>, now: () => number) {
    this.#keyId = keyId;
    this.#limits = limits;
    this.#ledgers = ledgers;
    this.#now = now;
    this.#limited = limitedDimensions(limits);
  }

  /**
   * Admits a request and sets its bound aside; the result books what it really cost.
   * @throws AccessError `rate-limited` | `budget-exhausted`
   */
  async admit(most: SpendingBound): Promise<(spending: Spending) => void> {
    const need = only(this.#limited, this.#needOf(most));
    for (;;) {
      const second = Math.floor(this.#now() / 1000);
      if (this.#limited.length === 0 || this.#useAdvance(need, second)) return this.#admitted(second, need);
      if (this.#refused !== null && this.#now() < this.#refused.until) {
        throw limitReached(this.#refused.by, this.#now(), this.#inFlight > 0);
      }
      if (this.#taking !== null) {
        // Of another request: it may leave enough for this one. Where it fails, so does this one.
        await this.#taking;
        continue;
      }
      const taking = this.#take(need);
      this.#taking = taking;
      const taken = await taking.finally(() => {
        this.#taking = null;
      });
      if (typeof taken === 'number') return this.#admitted(taken, need);
      throw limitReached(taken, this.#now(), this.#inFlight > 0);
    }
  }

  /** Writes down what the ledger does not know yet. */
  async flush(): Promise<void> {
    clearTimeout(this.#flushTimer ?? undefined);
    this.#flushTimer = null;
    this.#returnAdvance();
    if (this.#unbooked.size === 0) return;
    await this.#update(ledger => ({ ledger, outcome: null }));
  }

  #needOf({ tokens, costUsd }: SpendingBound): Amounts {
    return {
      requests: 1,
      tokens: tokens ?? (margin * this.#largest.tokens || unknownCost.tokens),
      costUsd: costUsd ?? (margin * this.#largest.costUsd || unknownCost.costUsd),
    };
  }

  #useAdvance(need: Amounts, second: number): boolean {
    if (this.#advance.second !== second) return false;
    const left = plus(this.#advance.left, need, -1);
    if (dimensions.some(dimension => left[dimension] < 0)) return false;
    this.#advance = { second, left };
    return true;
  }

  /** The second that the need was booked in, or why it was not. */
  async #take(need: Amounts): Promise<number | Exhausted> {
    this.#returnAdvance();
    const now = this.#now();
    const second = Math.floor(now / 1000);
    const recent = this.#rate.second >= second - 1 ? this.#rate.admitted : 0;
    const outcome = await this.#update<Taken | Exhausted>(ledger => {
      const taken = take(ledger, this.#limits, now, need, recent);
      return { ledger: 'ledger' in taken ? taken.ledger : ledger, outcome: taken };
    });
    if ('ledger' in outcome) {
      this.#refused = null;
      this.#advance = { second, left: outcome.advance };
      return second;
    }
    // From now, not from when it was asked: a slow store is not to be asked again by all who wait.
    const until = Math.min(this.#now() + refusalMs, outcome.freeAt ?? Number.POSITIVE_INFINITY);
    this.#refused = { until, by: outcome };
    return outcome;
  }

  #admitted(second: number, reserved: Amounts): (spending: Spending) => void {
    this.#rate = { second, admitted: this.#rate.second === second ? this.#rate.admitted + 1 : 1 };
    this.#inFlight++;
    let settled = false;
    return spending => {
      if (settled) return;
      settled = true;
      this.#inFlight--;
      this.#refused = null;
      this.#largest = {
        tokens: Math.max(this.#largest.tokens, spending.tokens),
        costUsd: Math.max(this.#largest.costUsd, spending.costUsd),
      };
      this.#later(second, plus({ requests: 1, ...spending }, reserved, -1));
    };
  }

  #returnAdvance(): void {
    const { second, left } = this.#advance;
    this.#advance = { second: 0, left: nothing };
    if (dimensions.some(dimension => left[dimension] !== 0)) this.#later(second, plus(nothing, left, -1));
  }

  #later(second: number, amounts: Amounts): void {
    this.#unbooked.set(second, plus(this.#unbooked.get(second) ?? nothing, amounts));
    this.#scheduleFlush();
  }

  #scheduleFlush(): void {
    // A failure keeps what is unbooked, and the next use or flush tries again.
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = null;
      this.flush().catch(() => this.#scheduleFlush());
    }, flushMs).unref();
  }

  /** Changes the ledger after booking what is unbooked. */
  async #update<Outcome>(change: LedgerChange<Ledger, Outcome>): Promise<Outcome> {
    const booked = [...this.#unbooked];
    this.#unbooked.clear();
    try {
      return await this.#ledgers.update(this.#keyId, before =>
        change(booked.reduce((ledger, [second, amounts]) => book(ledger, second, amounts), before)),
      );
    } catch (cause) {
      for (const [second, amounts] of booked) this.#later(second, amounts);
      throw cause;
    }
  }
}
