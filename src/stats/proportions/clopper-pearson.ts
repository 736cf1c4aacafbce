import type { Estimate } from '../../core/estimate.ts';
import { betaQuantile } from '../distributions/beta.ts';
import { criticalValue } from '../distributions/normal.ts';

/**
 * Clopper and Pearson's exact interval of a proportion: covers at least `confidence` whatever the truth.
 *
 * @param successes integer 0..n
 * @param n rows, integer above 0
 * @param confidence coverage, strictly between 0 and 1
 * @returns value and interval, each 0..1
 * @throws RangeError where an argument is outside its range
 * @see C. Clopper, E. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934
 */
export function clopperPearsonInterval(successes: number, n: number, confidence = 0.95): Estimate {
  if (!(Number.isInteger(n) && Number.isInteger(successes) && n > 0 && successes >= 0 && successes <= n))
    throw new RangeError(`needs integers 0 <= successes <= n with n above 0, got ${successes} of ${n}`);
  criticalValue(confidence);
  const tail = (1 - confidence) / 2;
  return {
    value: successes / n,
    low: successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    high: successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
    n,
    method: 'clopper-pearson',
    confidence,
  };
}
