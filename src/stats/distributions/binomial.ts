import { betaCdf, logGamma } from './beta.ts';

function check(k: number, n: number, p: number): void {
  if (!(Number.isInteger(k) && Number.isInteger(n) && k >= 0 && k <= n && p >= 0 && p <= 1))
    throw new RangeError(`binomial needs integers 0 <= k <= n and p in 0..1, got k=${k}, n=${n}, p=${p}`);
}

/**
 * Probability of exactly `k` successes in `n` independent trials.
 *
 * @param k integer 0..n
 * @param p chance of success of one trial, 0..1
 * @throws RangeError where an argument is outside its range
 */
export function binomialPmf(k: number, n: number, p: number): number {
  check(k, n, p);
  if (p === 0 || p === 1) return k === n * p ? 1 : 0;
  return Math.exp(
    logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p),
  );
}

/**
 * Probability of at most `k` successes in `n` independent trials, exact.
 *
 * @param k integer 0..n
 * @param p chance of success of one trial, 0..1
 * @throws RangeError where an argument is outside its range
 * @see NIST Digital Library of Mathematical Functions, 8.17.5
 */
export function binomialCdf(k: number, n: number, p: number): number {
  check(k, n, p);
  return k === n ? 1 : betaCdf(1 - p, n - k, k + 1);
}
