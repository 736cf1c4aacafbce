import { criticalValue, normalCdf, normalQuantile } from '../distributions/normal.ts';
import { studentCdf, studentQuantile } from '../distributions/student.ts';
import { quantileOfSorted } from '../quantile.ts';
import type { Resampled } from './resample.ts';

/** `bca` corrects bias and skewness; `percentile` reads the quantiles as they are. */
export type IntervalKind = 'bca' | 'percentile';

/** Bias correction z0 and acceleration a; both 0 for percentile. */
interface Correction {
  readonly bias: number;
  readonly acceleration: number;
}

function correction({ value, distribution, leftOut }: Resampled, kind: IntervalKind): Correction {
  if (kind === 'percentile') return { bias: 0, acceleration: 0 };
  const resamples = distribution.length;
  const below = countWhere(distribution, other => other < value);
  const ties = countWhere(distribution, other => other === value);
  // At least half a resample on either side, or the quantile would be infinite.
  const share = Math.min(Math.max(below + ties / 2, 0.5), resamples - 0.5) / resamples;
  return { bias: normalQuantile(share), acceleration: acceleration(leftOut) };
}

/** Skewness of the jackknife values over six; 0 where they are all alike. */
function acceleration(leftOut: Float64Array): number {
  const centre = leftOut.reduce((sum, other) => sum + other, 0) / leftOut.length;
  // In units of the largest one: the cubes of tiny deviations would underflow.
  const largest = leftOut.reduce((most, other) => Math.max(most, Math.abs(centre - other)), 0);
  if (largest === 0) return 0;
  let squares = 0;
  let cubes = 0;
  for (const other of leftOut) {
    const deviation = (centre - other) / largest;
    squares += deviation ** 2;
    cubes += deviation ** 3;
  }
  return cubes / (6 * squares ** 1.5);
}

function countWhere(values: Float64Array, holds: (value: number) => boolean): number {
  let count = 0;
  for (const value of values) if (holds(value)) count++;
  return count;
}

/**
 * Normal critical value of the bootstrap's tails, widened for few clusters: resampling n clusters understates
 * their spread by sqrt((n - 1) / n), and t, not the normal, has the right tails.
 *
 * @param clusterCount at least 2
 * @see T. Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69, 2015, section 3.3 (expanded percentile interval)
 */
function expandedCriticalValue(confidence: number, clusterCount: number): number {
  criticalValue(confidence);
  const t = studentQuantile((1 + confidence) / 2, clusterCount - 1);
  return Math.sqrt(clusterCount / (clusterCount - 1)) * t;
}

/**
 * Two-sided interval from resamples, for a normal critical value z.
 *
 * @param z above 0, e.g. 1.96 for the plain 95 % interval
 * @see B. Efron, "Better bootstrap confidence intervals", JASA 82, 1987
 */
export function bootstrapEndpoints(
  resampled: Resampled,
  z: number,
  kind: IntervalKind,
): { low: number; high: number } {
  const { bias, acceleration } = correction(resampled, kind);
  const endpoint = (side: number) => {
    const shifted = bias + side;
    const scale = 1 - acceleration * shifted;
    // A scale at or below 0 means that the correction runs off that end of the distribution.
    const share = scale > 0 ? normalCdf(bias + shifted / scale) : side < 0 ? 0 : 1;
    return quantileOfSorted(resampled.distribution, share);
  };
  return { low: endpoint(-z), high: endpoint(z) };
}

/**
 * Two-sided interval from resamples of clusters.
 *
 * @param clusterCount at least 2
 * @param confidence strictly between 0 and 1
 */
export function bootstrapInterval(
  resampled: Resampled,
  clusterCount: number,
  confidence: number,
  kind: IntervalKind,
): { low: number; high: number } {
  return bootstrapEndpoints(resampled, expandedCriticalValue(confidence, clusterCount), kind);
}

/**
 * Two-sided p-value that the statistic is zero: 1 minus the confidence at which {@link bootstrapInterval} would
 * begin to touch zero, so the two never contradict each other (up to the grain of the resamples).
 *
 * @param clusterCount at least 2
 * @returns 0..1, never 0
 * @see A. Davison, D. Hinkley, "Bootstrap Methods and their Application", 1997, chapters 4.4 and 5.3
 */
export function bootstrapPValue(resampled: Resampled, clusterCount: number, kind: IntervalKind): number {
  const { distribution } = resampled;
  const below =
    countWhere(distribution, value => value < 0) + countWhere(distribution, value => value === 0) / 2;
  const { bias, acceleration } = correction(resampled, kind);
  // One resample more on either side: a finite number of resamples never proves a p-value of 0.
  const share = (below + 1) / (distribution.length + 2);
  const shifted = normalQuantile(share) - bias;
  const z = shifted / (1 + acceleration * shifted) - bias;
  const t = Math.abs(z) * Math.sqrt((clusterCount - 1) / clusterCount);
  return Math.min(1, 2 * studentCdf(-t, clusterCount - 1));
}
