import { betaCdf, betaQuantile } from './beta.ts';

/**
 * Distribution function of Student's t.
 *
 * @param t any real
 * @param degrees degrees of freedom, above 0
 * @returns P(T <= t), 0..1
 * @see M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 26.7.1
 */
export function studentCdf(t: number, degrees: number): number {
  const tail = 0.5 * betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5);
  return t < 0 ? tail : 1 - tail;
}

/**
 * Quantile of Student's t.
 *
 * @param p strictly between 0 and 1
 * @param degrees degrees of freedom, above 0
 */
export function studentQuantile(p: number, degrees: number): number {
  if (p > 0.5) return -studentQuantile(1 - p, degrees);
  const x = betaQuantile(2 * p, degrees / 2, 0.5);
  return -Math.sqrt((degrees * (1 - x)) / x);
}
