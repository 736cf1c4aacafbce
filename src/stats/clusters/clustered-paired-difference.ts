import type { Estimate } from '../../core/estimate.ts';
import { pairedScoreInterval } from '../paired/paired-score-interval.ts';
import { clusterRows, type Groups } from './clusters.ts';
import { effectiveRows } from './effective-rows.ts';
import { fewestClusters } from './few-clusters.ts';

/**
 * Difference of two systems' shares of right answers on the same rows, with Tango's interval on the effective
 * number of rows. Without shared groups this is Tango's interval itself.
 *
 * @param differences system minus reference, one a row: -1, 0 or 1
 * @param groups group of each row; rows of a group are taken as dependent
 * @param confidence coverage, strictly between 0 and 1
 * @returns n is the number of rows; method `tango`, or `tango-clustered` where rows share groups
 * @throws RangeError where there are no rows or a difference is none of -1, 0 and 1
 * @see J. Rao, A. Scott, "A simple method for the analysis of clustered binary data", Biometrics 48, 1992
 */
export function clusteredPairedDifference(
  differences: readonly number[],
  groups: Groups = null,
  confidence = 0.95,
): Estimate {
  if (differences.some(difference => ![-1, 0, 1].includes(difference)))
    throw new RangeError('every difference must be -1, 0 or 1');
  const clusters = clusterRows(differences.length, groups);
  const n = differences.length;
  const wins = differences.filter(difference => difference === 1).length;
  const losses = differences.filter(difference => difference === -1).length;
  if (clusters.count === n) return pairedScoreInterval(wins, losses, n, confidence);
  const value = (wins - losses) / n;
  const method = 'tango-clustered';
  if (clusters.count < fewestClusters(confidence)) return { value, low: -1, high: 1, n, method, confidence };
  const scale = effectiveRows(differences, clusters, confidence) / n;
  return { ...pairedScoreInterval(wins * scale, losses * scale, n * scale, confidence), value, n, method };
}
