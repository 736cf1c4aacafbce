import { type Clusters, clusterSums } from '../clusters/clusters.ts';
import { createRandom } from '../random/random.ts';

/** A figure of a set of rows, e.g. macro-F1. Rows may repeat; the array is reused, so do not keep it. */
export type Statistic = (rows: Int32Array) => number;

/** What resampling whole clusters with replacement showed. */
export interface Resampled {
  /** The statistic on the rows as they are. */
  readonly value: number;
  /** The statistic on each resample, ascending. */
  readonly distribution: Float64Array;
  /** The statistic with each cluster left out in turn. */
  readonly leftOut: Float64Array;
}

function finite(value: number): number {
  if (!Number.isFinite(value))
    throw new RangeError(`a statistic must be finite on every resample, got ${value}`);
  return value;
}

function checkResamples(resamples: number): void {
  if (!(Number.isInteger(resamples) && resamples >= 100))
    throw new RangeError(`resamples must be an integer of at least 100, got ${resamples}`);
}

/**
 * Resamples any statistic.
 *
 * @param resamples integer, at least 100
 * @throws RangeError where the statistic is not finite on a resample
 */
export function resampleStatistic(
  statistic: Statistic,
  clusters: Clusters,
  resamples: number,
  seed: number,
): Resampled {
  checkResamples(resamples);
  const { count, rowCount, offsets, rows } = clusters;
  const random = createRandom(seed);
  let buffer = new Int32Array(2 * rowCount);
  const drawn = new Int32Array(count);
  const distribution = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let length = 0;
    for (let k = 0; k < count; k++) {
      const cluster = random.below(count);
      drawn[k] = cluster;
      length += offsets[cluster + 1]! - offsets[cluster]!;
    }
    if (length > buffer.length) buffer = new Int32Array(2 * length);
    let at = 0;
    for (let k = 0; k < count; k++) {
      const end = offsets[drawn[k]! + 1]!;
      for (let from = offsets[drawn[k]!]!; from < end; from++) buffer[at++] = rows[from]!;
    }
    distribution[resample] = finite(statistic(buffer.subarray(0, length)));
  }
  const leftOut = new Float64Array(count > 1 ? count : 0);
  for (let k = 0; k < leftOut.length; k++) {
    buffer.set(rows.subarray(0, offsets[k]!));
    buffer.set(rows.subarray(offsets[k + 1]!), offsets[k]!);
    leftOut[k] = finite(statistic(buffer.subarray(0, rowCount - offsets[k + 1]! + offsets[k]!)));
  }
  return { value: finite(statistic(rows.slice())), distribution: distribution.sort(), leftOut };
}

/**
 * Resamples the mean; the same as {@link resampleStatistic} with a mean, without visiting rows.
 *
 * @param values one a row, finite
 * @param resamples integer, at least 100
 */
export function resampleMean(
  values: ArrayLike<number>,
  clusters: Clusters,
  resamples: number,
  seed: number,
): Resampled {
  checkResamples(resamples);
  const { count, rowCount } = clusters;
  const { sums, sizes } = clusterSums(values, clusters);
  const random = createRandom(seed);
  const distribution = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    let size = 0;
    for (let k = 0; k < count; k++) {
      const cluster = random.below(count);
      sum += sums[cluster]!;
      size += sizes[cluster]!;
    }
    distribution[resample] = sum / size;
  }
  const total = sums.reduce((all, sum) => all + sum, 0);
  const leftOut =
    count > 1 ? sums.map((sum, k) => (total - sum) / (rowCount - sizes[k]!)) : new Float64Array(0);
  return { value: total / rowCount, distribution: distribution.sort(), leftOut };
}
