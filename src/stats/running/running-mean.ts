import { normalQuantile } from '../distributions/normal.ts';
import type { Span } from './span.ts';

const z95 = normalQuantile(0.975);

/**
 * Mean of many numbers without keeping them, with the normal 95 % interval.
 * @see B. P. Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4, 1962
 */
export class RunningMean {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.#count += 1;
    const away = value - this.#mean;
    this.#mean += away / this.#count;
    this.#squares += away * (value - this.#mean);
  }

  get count(): number {
    return this.#count;
  }

  /** Null without numbers. @param least the interval does not go below it */
  span(least: number): Span | null {
    if (this.#count === 0) return null;
    const variance = this.#count > 1 ? this.#squares / (this.#count - 1) : 0;
    const half = z95 * Math.sqrt(variance / this.#count);
    return { low: Math.max(least, this.#mean - half), value: this.#mean, high: this.#mean + half };
  }
}
