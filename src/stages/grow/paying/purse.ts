/** Money set aside for one request, in US dollars; 0 where no price is known. */
export interface Reservation {
  readonly boundUsd: number;
}

/**
 * Money for the requests of one file. Every request first reserves what it may cost at most, so that the budget
 * holds whatever the answers cost.
 */
export class Purse {
  readonly #budgetUsd: number | null;
  #spentUsd = 0;
  #earlierUsd = 0;
  #reservedUsd = 0;

  /** @param budgetUsd US dollars; null for no bound */
  constructor(budgetUsd: number | null) {
    this.#budgetUsd = budgetUsd;
  }

  /** Paid in this run, in US dollars. */
  get spentUsd(): number {
    return this.#spentUsd;
  }

  /** Paid in earlier runs for requests of this one, in US dollars. */
  get earlierUsd(): number {
    return this.#earlierUsd;
  }

  /** Null where the request could exceed the budget. */
  reserve(boundUsd: number): Reservation | null {
    const committed = this.#spentUsd + this.#earlierUsd + this.#reservedUsd;
    // A millionth of a cent: sums of decimal prices are not exact.
    if (this.#budgetUsd !== null && committed + boundUsd > this.#budgetUsd + 1e-8) return null;
    this.#reservedUsd += boundUsd;
    return { boundUsd };
  }

  /** The request is over and cost so much. */
  settle(reservation: Reservation, costUsd: number): void {
    this.#reservedUsd -= reservation.boundUsd;
    this.#spentUsd += costUsd;
  }

  /** What an earlier run paid counts too. */
  countEarlier(costUsd: number): void {
    this.#earlierUsd += costUsd;
  }
}
