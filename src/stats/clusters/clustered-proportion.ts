import type { Estimate } from '../../core/estimate.ts';
import { wilsonInterval } from '../proportions/wilson-interval.ts';
import { clusterRows, type Groups } from './clusters.ts';
import { effectiveRows } from './effective-rows.ts';
import { fewestClusters } from './few-clusters.ts';

/**
 * Share of right answers with Wilson's interval on the effective number of rows.
 * Without shared groups this is Wilson's interval itself.
 *
 * @param scores 0 or 1, one a row
 * @param groups group of each row; rows of a group are taken as dependent
 * @param confidence coverage, strictly between 0 and 1
 * @returns n is the number of rows; method `wilson`, or `wilson-clustered` where rows share groups
 * @throws RangeError where there are no rows or a score is neither 0 nor 1
 * @see J. Rao, A. Scott, "A simple method for the analysis of clustered binary data", Biometrics 48, 1992
 */
export function clusteredProportion(
  scores: readonly number[],
  groups: Groups = null,
  confidence = 0.95,
): Estimate {
  if (scores.some(score => score !== 0 && score !== 1)) throw new RangeError('every score must be 0 or 1');
  const clusters = clusterRows(scores.length, groups);
  const n = scores.length;
  const value = scores.reduce((sum, score) => sum + score, 0) / n;
  if (clusters.count === n) return wilsonInterval(value * n, n, confidence);
  const method = 'wilson-clustered';
  if (clusters.count < fewestClusters(confidence)) return { value, low: 0, high: 1, n, method, confidence };
  const effective = effectiveRows(scores, clusters, confidence);
  return { ...wilsonInterval(value * effective, effective, confidence), value, n, method };
}
