import type { Estimate } from '../../core/estimate.ts';
import { fewestClusters } from '../clusters/few-clusters.ts';
import { bootstrapPValue } from './bootstrap-interval.ts';
import {
  type BootstrapOptions,
  type BootstrapResult,
  bootstrapMean,
  bootstrapStatistic,
  type Statistic,
} from './cluster-bootstrap.ts';

/** System minus reference on the same rows. */
export interface PairedComparison {
  /** Method `paired-bootstrap`. */
  readonly difference: Estimate;
  /** Two-sided, 0..1; consistent with the interval. */
  readonly pValue: number;
}

/** {@link BootstrapOptions}; `range` is that of one system's score, so the difference spans both ways. */
export type PairedBootstrapOptions = BootstrapOptions;

/**
 * Difference of two systems' mean scores on the same rows, resampling whole groups of rows.
 *
 * Equal scores on every row give an interval about 0 from the share of groups that may yet differ, never of zero
 * width. For right or wrong answers `clusteredPairedDifference` is sharper.
 *
 * @param system score of the system, one a row
 * @param reference score of the reference on the same rows
 * @throws RangeError where lengths differ, there are no rows, or a score lies outside the range
 * @see B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 14 and 16
 */
export function pairedBootstrap(
  system: readonly number[],
  reference: readonly number[],
  options: PairedBootstrapOptions,
): PairedComparison {
  if (system.length !== reference.length)
    throw new RangeError(`scores of ${system.length} and ${reference.length} rows cannot be paired`);
  return pairedBootstrapOfDifferences(
    system.map((score, row) => score - reference[row]!),
    options,
  );
}

/**
 * {@link pairedBootstrap} from the row differences.
 *
 * @param differences system minus reference, one a row, each within plus or minus the width of the range
 */
export function pairedBootstrapOfDifferences(
  differences: readonly number[],
  options: PairedBootstrapOptions,
): PairedComparison {
  const result = bootstrapMean(differences, spanning(options));
  // Clusters without a difference are no evidence of one; a sign test on the others bounds the p-value.
  return comparison(result, 2 ** (1 - result.nonzeroClusters), options);
}

/**
 * Difference of any statistic, e.g. macro-F1, of two systems on the same resampled rows.
 *
 * @param system from row indices (which may repeat) to the system's value, always finite
 * @param reference the same for the reference
 * @param rowCount integer above 0
 * @throws RangeError where there are no rows or a statistic is not finite
 */
export function pairedBootstrapStatistic(
  system: Statistic,
  reference: Statistic,
  rowCount: number,
  options: PairedBootstrapOptions,
): PairedComparison {
  const result = bootstrapStatistic(rows => system(rows) - reference(rows), rowCount, spanning(options));
  return comparison(result, 2 ** (1 - result.clusterCount), options);
}

function spanning(options: PairedBootstrapOptions): BootstrapOptions {
  const { min, max } = options.range ?? { min: 0, max: 1 };
  return { ...options, range: { min: min - max, max: max - min } };
}

function comparison(
  { estimate, resampled, clusterCount }: BootstrapResult,
  leastPValue: number,
  options: PairedBootstrapOptions,
): PairedComparison {
  const testable = clusterCount >= fewestClusters(estimate.confidence);
  const pValue = testable ? bootstrapPValue(resampled, clusterCount, options.interval ?? 'bca') : 1;
  return {
    difference: { ...estimate, method: 'paired-bootstrap' },
    pValue: Math.min(1, Math.max(pValue, leastPValue)),
  };
}
