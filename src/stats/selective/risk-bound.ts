import { betaQuantile } from '../distributions/beta.ts';
import { binomialCdf } from '../distributions/binomial.ts';

function checkRate(name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must lie between 0 and 1, got ${value}`);
}

/**
 * Exact one-sided upper bound of an error rate: whatever the true rate, the bound lies below it with a chance of at
 * most `delta`.
 *
 * @param errors integer 0..n
 * @param n answers, integer; with none the bound is 1
 * @param delta strictly between 0 and 1
 * @returns 0..1
 * @throws RangeError where an argument is outside its range
 * @see C. Clopper, E. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934
 */
export function errorUpperBound(errors: number, n: number, delta: number): number {
  checkRate('delta', delta);
  if (!(Number.isInteger(n) && Number.isInteger(errors) && errors >= 0 && errors <= n))
    throw new RangeError(`needs integers 0 <= errors <= n, got ${errors} of ${n}`);
  return errors === n ? 1 : betaQuantile(1 - delta, errors + 1, n - errors);
}

/**
 * p-value of "more than `alpha` of the answers are wrong": chance of so few errors if exactly `alpha` were wrong.
 *
 * @param errors integer 0..n
 * @param n answers, integer; with none the p-value is 1
 * @param alpha strictly between 0 and 1
 * @throws RangeError where an argument is outside its range
 */
export function riskPValue(errors: number, n: number, alpha: number): number {
  checkRate('alpha', alpha);
  return n === 0 ? 1 : binomialCdf(errors, n, alpha);
}

/**
 * Fewest answers, all of them right, that show an error rate of at most `alpha` at a level.
 *
 * @param alpha strictly between 0 and 1
 * @param level strictly between 0 and 1
 */
export function fewestAnswers(alpha: number, level: number): number {
  checkRate('alpha', alpha);
  checkRate('level', level);
  return Math.ceil(Math.log(level) / Math.log1p(-alpha) - 1e-12);
}

/**
 * Answers after which an error rate of at most `alpha` is shown if errors come at the rate `risk`.
 *
 * @param risk rate of errors that is expected, 0..1
 * @returns null where `risk` is not below `alpha`, or more than ten million answers would be needed
 */
export function answersForRisk(risk: number, alpha: number, level: number): number | null {
  if (!(risk < alpha)) return null;
  const shown = (n: number) => riskPValue(Math.ceil(risk * n), n, alpha) <= level;
  let high = fewestAnswers(alpha, level);
  while (!shown(high)) {
    high *= 2;
    if (high > 1e7) return null;
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shown(middle)) high = middle;
    else low = middle;
  }
  return high;
}
