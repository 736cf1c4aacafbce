import type { Estimate } from '../../core/estimate.ts';
import { criticalValue } from '../distributions/normal.ts';

/**
 * Wilson's score interval of a proportion. Holds its level down to few rows and never has zero width.
 *
 * Counts may be fractional (effective counts of clustered rows), but not zero: without rows a proportion is
 * unknown, which callers write as null.
 *
 * @param successes 0..n
 * @param n rows, above 0
 * @param confidence coverage, strictly between 0 and 1
 * @returns value and interval, each 0..1
 * @throws RangeError where n is not above 0 or successes lie outside 0..n
 * @see E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): Estimate {
  if (!(n > 0 && successes >= 0 && successes <= n))
    throw new RangeError(`a proportion needs n above 0 and successes in 0..n, got ${successes} of ${n}`);
  const z = criticalValue(confidence);
  const value = successes / n;
  const centre = (successes + (z * z) / 2) / (n + z * z);
  const halfWidth = (z / (n + z * z)) * Math.sqrt(n * value * (1 - value) + (z * z) / 4);
  return {
    value,
    // At the ends the bounds are exactly 0 and 1; rounding must not leave them a hair outside or inside.
    low: successes === 0 ? 0 : Math.max(0, centre - halfWidth),
    high: successes === n ? 1 : Math.min(1, centre + halfWidth),
    n: Math.floor(n),
    method: 'wilson',
    confidence,
  };
}
