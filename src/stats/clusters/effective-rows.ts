import { criticalValue } from '../distributions/normal.ts';
import { studentQuantile } from '../distributions/student.ts';
import { type Clusters, clusterSums } from './clusters.ts';
import { departures, fewestClusters } from './few-clusters.ts';

/**
 * Number of independent rows that would say as much about the mean as these clustered rows: rows divided by the
 * design effect. Score intervals on these counts respect clusters.
 *
 * Rows without shared groups count in full. Otherwise the design effect is at least 1, is widened for few
 * clusters by the ratio of the t and normal quantiles, and, where fewer clusters than {@link fewestClusters}
 * depart from the common score (so that it cannot be estimated), is taken as if rows of a cluster were copies.
 *
 * @param values one a row, finite
 * @param confidence strictly between 0 and 1
 * @returns above 0, at most the number of rows
 * @throws RangeError where a value is not finite
 * @see J. Rao, A. Scott, "A simple method for the analysis of clustered binary data", Biometrics 48, 1992
 */
export function effectiveRows(values: ArrayLike<number>, clusters: Clusters, confidence: number): number {
  const { count, rowCount } = clusters;
  const { sums, sizes } = clusterSums(values, clusters);
  if (count === rowCount || count < 2) return count;
  const mean = sums.reduce((total, sum) => total + sum, 0) / rowCount;
  let between = 0;
  for (let k = 0; k < count; k++) between += (sums[k]! - sizes[k]! * mean) ** 2;
  let within = 0;
  for (let row = 0; row < rowCount; row++) within += (values[row]! - mean) ** 2;
  const { below, above } = departures(sums, sizes);
  const sparse = below + above < fewestClusters(confidence);
  const estimated = within === 0 ? 1 : ((count / (count - 1)) * between) / within;
  const designEffect = Math.max(1, estimated, sparse ? rowCount / count : 1);
  const widening = studentQuantile((1 + confidence) / 2, count - 1) / criticalValue(confidence);
  return rowCount / (designEffect * widening ** 2);
}
