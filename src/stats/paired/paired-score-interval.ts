import type { Estimate } from '../../core/estimate.ts';
import { criticalValue } from '../distributions/normal.ts';

/**
 * Tango's score interval of the difference of two paired proportions (system minus reference).
 *
 * Unlike Wald's it holds its level with few rows, and it keeps a width when no row differs. Counts may be
 * fractional (effective counts of clustered rows).
 *
 * @param wins rows only the system got right, at least 0
 * @param losses rows only the reference got right, at least 0
 * @param n all rows, above 0 and at least wins + losses
 * @param confidence coverage, strictly between 0 and 1
 * @returns value and interval, each -1..1
 * @throws RangeError where a count is outside its range
 * @see T. Tango, "Equivalence test and confidence interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17, 1998, equations 12 to 20
 */
export function pairedScoreInterval(wins: number, losses: number, n: number, confidence = 0.95): Estimate {
  // Fractional counts may exceed their sum by rounding alone.
  if (!(n > 0 && wins >= 0 && losses >= 0 && wins + losses <= n * (1 + 1e-12)))
    throw new RangeError(
      `needs wins, losses at least 0 and wins + losses <= n, got ${wins}, ${losses}, n=${n}`,
    );
  const z = criticalValue(confidence);
  return {
    value: (wins - losses) / n,
    low: lowerBound(wins, losses, n, z),
    // Swapping the systems mirrors the interval.
    high: 0 - lowerBound(losses, wins, n, z),
    n: Math.floor(n),
    method: 'tango',
    confidence,
  };
}

/** Where the score statistic equals z; it falls from +infinity at -1 to 0 at the observed difference. */
function lowerBound(wins: number, losses: number, n: number, z: number): number {
  if (losses >= n) return -1;
  let low = -1;
  let high = (wins - losses) / n;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    const excess = wins - losses - n * middle - z * standardDeviation(wins, losses, n, middle);
    if (excess > 0) low = middle;
    else high = middle;
  }
}

/** Standard deviation of wins minus losses, the loss probability being its maximum-likelihood value given the difference. */
function standardDeviation(wins: number, losses: number, n: number, difference: number): number {
  const a = 2 * n;
  const b = -wins - losses + (2 * n - wins + losses) * difference;
  const c = -losses * difference * (1 - difference);
  const lossProbability = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
  return Math.sqrt(Math.max(0, n * (2 * lossProbability + difference * (1 - difference))));
}
