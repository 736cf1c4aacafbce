import type { Estimate } from '../../core/estimate.ts';
import { clusterRows, clusterSums, type Groups } from '../clusters/clusters.ts';
import { departures, fewestClusters, type ScoreRange, sparseBounds } from '../clusters/few-clusters.ts';
import { criticalValue } from '../distributions/normal.ts';
import { bootstrapInterval, type IntervalKind } from './bootstrap-interval.ts';
import { type Resampled, resampleMean, resampleStatistic, type Statistic } from './resample.ts';

export type { ScoreRange } from '../clusters/few-clusters.ts';
export type { Statistic } from './resample.ts';

/** How to resample. */
export interface BootstrapOptions {
  /** Rows of one group are drawn together; default: every row for itself. */
  readonly groups?: Groups;
  /** Coverage, strictly between 0 and 1; default 0.95. */
  readonly confidence?: number;
  /** At least 100; default 2000. */
  readonly resamples?: number;
  /** Any safe integer. */
  readonly seed: number;
  /** Default `bca`. */
  readonly interval?: IntervalKind;
  /** Values the statistic can take; default 0..1. Bounds what unseen rows could do. */
  readonly range?: ScoreRange;
}

/**
 * Mean of row scores, its interval from resampling whole groups.
 *
 * With too few groups for any statement ({@link fewestClusters}, 6 at 95 %) the interval is the whole range. Where
 * (nearly) all groups score alike the interval is widened by {@link sparseBounds}: no spread seen is not certainty.
 *
 * @param scores one a row, each within `range`
 * @returns n is the number of rows; method `cluster-bootstrap`
 * @throws RangeError where there are no scores or one lies outside the range
 * @see A. Davison, D. Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8
 * @see C. Field, A. Welsh, "Bootstrapping clustered data", JRSS B 69, 2007
 */
export function clusterBootstrapMean(scores: readonly number[], options: BootstrapOptions): Estimate {
  return bootstrapMean(scores, options).estimate;
}

/**
 * Any statistic of rows, its interval from resampling whole groups.
 *
 * With too few groups, or where no resample changes the statistic, the interval widens as for
 * {@link clusterBootstrapMean}; the latter bound is approximate for a statistic that is not a mean.
 *
 * @param statistic from row indices 0..rowCount-1 (which may repeat) to a value within `range`, always finite
 * @param rowCount integer above 0
 * @returns n is the number of rows; method `cluster-bootstrap`
 * @throws RangeError where there are no rows or the statistic is not finite or outside the range
 */
export function clusterBootstrap(
  statistic: Statistic,
  rowCount: number,
  options: BootstrapOptions,
): Estimate {
  return bootstrapStatistic(statistic, rowCount, options).estimate;
}

/** An estimate with the resamples it rests on, for a test on the same resamples. */
export interface BootstrapResult {
  readonly estimate: Estimate;
  readonly resampled: Resampled;
  readonly clusterCount: number;
}

/** {@link clusterBootstrapMean} with its resamples, and how many clusters have a mean other than 0. */
export function bootstrapMean(
  scores: readonly number[],
  options: BootstrapOptions,
): BootstrapResult & { readonly nonzeroClusters: number } {
  const { range, confidence, resamples } = settled(options);
  if (scores.some(score => !(score >= range.min && score <= range.max)))
    throw new RangeError(`every score must lie in ${range.min}..${range.max}`);
  const clusters = clusterRows(scores.length, options.groups ?? null);
  const { sums, sizes } = clusterSums(scores, clusters);
  const resampled = resampleMean(scores, clusters, resamples, options.seed);
  const found = departures(sums, sizes);
  const sparse =
    found.below + found.above < fewestClusters(confidence)
      ? sparseBounds(found, clusters.count, range, confidence)
      : null;
  const estimate = estimateFrom(resampled, clusters.count, scores.length, options, sparse);
  const nonzeroClusters = sums.reduce((count, sum) => count + (Math.abs(sum) < 1e-12 ? 0 : 1), 0);
  return { estimate, resampled, clusterCount: clusters.count, nonzeroClusters };
}

/** {@link clusterBootstrap} with its resamples. */
export function bootstrapStatistic(
  statistic: Statistic,
  rowCount: number,
  options: BootstrapOptions,
): BootstrapResult {
  const { range, confidence, resamples } = settled(options);
  const clusters = clusterRows(rowCount, options.groups ?? null);
  const resampled = resampleStatistic(statistic, clusters, resamples, options.seed);
  const { value, distribution } = resampled;
  const tolerance = 1e-9 * (range.max - range.min);
  if (distribution[0]! < range.min - tolerance || distribution.at(-1)! > range.max + tolerance)
    throw new RangeError(`the statistic left its range ${range.min}..${range.max}`);
  const sparse =
    distribution.at(-1)! - distribution[0]! <= tolerance
      ? sparseBounds({ common: value, below: 0, above: 0 }, clusters.count, range, confidence)
      : null;
  const estimate = estimateFrom(resampled, clusters.count, rowCount, options, sparse);
  return { estimate, resampled, clusterCount: clusters.count };
}

function settled(options: BootstrapOptions) {
  const { range = { min: 0, max: 1 }, confidence = 0.95, resamples = 2000, interval = 'bca' } = options;
  criticalValue(confidence);
  if (!(range.min < range.max))
    throw new RangeError(`a range needs min below max, got ${range.min}..${range.max}`);
  return { range, confidence, resamples, interval };
}

function estimateFrom(
  resampled: Resampled,
  clusterCount: number,
  n: number,
  options: BootstrapOptions,
  sparse: { low: number; high: number } | null,
): Estimate {
  const { range, confidence, interval } = settled(options);
  const { value } = resampled;
  const { low, high } =
    clusterCount < fewestClusters(confidence)
      ? { low: range.min, high: range.max }
      : bootstrapInterval(resampled, clusterCount, confidence, interval);
  return {
    value,
    // BCa may in odd cases leave the value outside; an estimate never does.
    low: Math.max(range.min, Math.min(low, value, sparse?.low ?? low)),
    high: Math.min(range.max, Math.max(high, value, sparse?.high ?? high)),
    n,
    method: 'cluster-bootstrap',
    confidence,
  };
}
