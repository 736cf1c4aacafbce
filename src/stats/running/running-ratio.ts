import { normalQuantile } from '../distributions/normal.ts';
import type { Span } from './span.ts';

const z95 = normalQuantile(0.975);

/**
 * Ratio of two sums, e.g. cached tokens over all, with the normal 95 % interval of the ratio estimator.
 * @see W. G. Cochran, "Sampling Techniques", 3rd edition, 1977, section 6.4
 */
export class RunningRatio {
  #count = 0;
  #above = 0;
  #below = 0;
  #aboveSquares = 0;
  #products = 0;
  #belowSquares = 0;

  add(above: number, below: number): void {
    this.#count += 1;
    this.#above += above;
    this.#below += below;
    this.#aboveSquares += above * above;
    this.#products += above * below;
    this.#belowSquares += below * below;
  }

  /** Null without numbers; both ends lie in 0..1. */
  shareSpan(): Span | null {
    if (this.#count === 0 || this.#below <= 0) return null;
    const value = this.#above / this.#below;
    const residuals = this.#aboveSquares - 2 * value * this.#products + value * value * this.#belowSquares;
    const variance = this.#count > 1 ? Math.max(0, residuals) / (this.#count - 1) : 0;
    const half = (z95 * Math.sqrt(variance / this.#count)) / (this.#below / this.#count);
    return { low: Math.max(0, value - half), value: Math.min(1, value), high: Math.min(1, value + half) };
  }
}
