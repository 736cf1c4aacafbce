import type { Estimate } from '../../core/estimate.ts';
import { clusterBootstrapMean, type ScoreRange } from '../bootstrap/cluster-bootstrap.ts';
import { clusteredPairedDifference } from '../clusters/clustered-paired-difference.ts';
import { clusteredProportion } from '../clusters/clustered-proportion.ts';
import { clusterRows, clusterSums, type Groups } from '../clusters/clusters.ts';
import { effectiveRows } from '../clusters/effective-rows.ts';
import { departures, fewestClusters, sparseBounds } from '../clusters/few-clusters.ts';
import { criticalValue } from '../distributions/normal.ts';
import { pairedScoreInterval } from '../paired/paired-score-interval.ts';
import { wilsonInterval } from '../proportions/wilson-interval.ts';
import { type Decision, decideAbove, type Sharpening } from './decision.ts';

/** Rows whose mean is held against a bound. */
export interface MeanGateInput {
  /** One a row, within `range`. */
  readonly values: readonly number[];
  readonly groups: Groups;
  readonly bound: number;
  /** `proportion`: scores 0 or 1; `paired`: differences of such scores; `mean`: any values. */
  readonly kind: 'proportion' | 'paired' | 'mean';
  readonly range: ScoreRange;
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
}

/** Estimates a mean by the method that suits its values and decides whether it lies above a bound. */
export function meanGate(input: MeanGateInput): Decision & { readonly estimate: Estimate } {
  const estimate = estimateMean(input);
  return { ...decideAbove(estimate, input.bound, sharpening(input, estimate)), estimate };
}

function estimateMean({ kind, values, groups, confidence, ...options }: MeanGateInput): Estimate {
  if (kind === 'proportion') return clusteredProportion(values, groups, confidence);
  if (kind === 'paired') return clusteredPairedDifference(values, groups, confidence);
  return clusterBootstrapMean(values, { groups, confidence, ...options });
}

function sharpening(
  { kind, values, groups, range, confidence }: MeanGateInput,
  estimate: Estimate,
): Sharpening {
  const n = values.length;
  const clusters = clusterRows(n, groups);
  const effective = effectiveRows(values, clusters, confidence);
  const spread = values.reduce((sum, value) => sum + (value - estimate.value) ** 2, 0) / n;
  const variance = (spread * n) / effective;
  const share = (wanted: number) => values.filter(value => value === wanted).length / n;
  const [ones, minusOnes] = [share(1), share(-1)];
  const { sums, sizes } = clusterSums(values, clusters);
  const found = departures(sums, sizes);

  const meanLowAt = (scale: number) => {
    const low = estimate.value - criticalValue(confidence) * Math.sqrt(variance / (n * scale));
    const departing = (found.below + found.above) * scale;
    if (departing >= fewestClusters(confidence)) return low;
    const scaled = { common: found.common, below: found.below * scale, above: found.above * scale };
    return Math.min(low, sparseBounds(scaled, clusters.count * scale, range, confidence).low);
  };
  const lowAt = (scale: number) => {
    // Until there are enough groups to say anything, the interval is the whole range.
    if (clusters.count < n && clusters.count * scale < fewestClusters(confidence)) return range.min;
    const rows = effective * scale;
    if (kind === 'proportion') return wilsonInterval(ones * rows, rows, confidence).low;
    if (kind === 'paired') return pairedScoreInterval(ones * rows, minusOnes * rows, rows, confidence).low;
    return meanLowAt(scale);
  };
  return { variance, lowAt };
}
