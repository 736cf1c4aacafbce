import type { Estimate } from '../../core/estimate.ts';
import { criticalValue } from '../distributions/normal.ts';
import { rowsForMean } from '../power/sample-size.ts';

/** Answer of a gate, as in a gate result. */
export type GateOutcome = 'pass' | 'fail' | 'not-enough-rows';

/** What an estimate says about a bound. */
export interface Decision {
  readonly outcome: GateOutcome;
  /** Rows in all that would let the gate pass if the observed effect is the truth; null where decided, or where the effect is not above the bound. */
  readonly rowsNeeded: number | null;
}

/** What is known of how the estimate sharpens with more rows. */
export interface Sharpening {
  /** Variance of one row's value, times the design effect. */
  readonly variance: number;
  /** Lower end of the interval with `scale` times the rows (at least 1) and all rates as observed. */
  readonly lowAt: (scale: number) => number;
}

/** An effect that takes a million times the rows to tell from the bound is as good as at the bound. */
const mostScale = 2 ** 20;

/**
 * Passes where the whole interval lies above the bound, fails where it lies below, and otherwise says how many rows
 * would be enough, at power 0.8 and the effect observed.
 *
 * @param sharpening default: the half-width shrinks with the square root of the rows
 */
export function decideAbove(estimate: Estimate, bound: number, sharpening?: Sharpening): Decision {
  if (estimate.low > bound) return { outcome: 'pass', rowsNeeded: null };
  if (estimate.high < bound) return { outcome: 'fail', rowsNeeded: null };
  const distance = estimate.value - bound;
  if (distance <= 0) return { outcome: 'not-enough-rows', rowsNeeded: null };
  const { variance, lowAt } = sharpening ?? byHalfWidth(estimate);
  const forPower = rowsForMean({ distance, variance, confidence: estimate.confidence });
  const forBound = Math.ceil(estimate.n * smallestScale(scale => lowAt(scale) > bound));
  const rowsNeeded = Math.max(estimate.n + 1, forPower, forBound);
  // Also covers an effect that differs from the bound by rounding alone.
  return { outcome: 'not-enough-rows', rowsNeeded: rowsNeeded <= estimate.n * mostScale ? rowsNeeded : null };
}

function byHalfWidth({ value, low, n, confidence }: Estimate): Sharpening {
  const halfWidth = value - low;
  return {
    variance: n * (halfWidth / criticalValue(confidence)) ** 2,
    lowAt: scale => value - halfWidth / Math.sqrt(scale),
  };
}

/** Smallest factor, to a thousandth, from which the condition holds; it does not hold at 1. */
function smallestScale(holds: (scale: number) => boolean): number {
  let high = 2;
  while (!holds(high) && high <= mostScale) high *= 2;
  let low = high / 2;
  while (high / low > 1.001) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
