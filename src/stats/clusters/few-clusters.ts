import { betaQuantile } from '../distributions/beta.ts';

/** Smallest and largest value a score can take. */
export interface ScoreRange {
  readonly min: number;
  readonly max: number;
}

/**
 * Fewest clusters from which resampling can support a statement at all. When all of C clusters lean one way,
 * the two-sided sign test still gives p = 2^(1-C); below this number that exceeds 1 - confidence.
 *
 * @param confidence strictly between 0 and 1; 0.95 needs 6 clusters
 */
export function fewestClusters(confidence: number): number {
  return Math.ceil(1 - Math.log2(1 - confidence) - 1e-9);
}

/**
 * How clusters depart from the mean score that most of them share.
 * For paired differences the shared mean is usually 0: systems that answer alike.
 */
export interface Departures {
  readonly common: number;
  /** Clusters with a mean below and above the common one. */
  readonly below: number;
  readonly above: number;
}

/** Finds the most frequent cluster mean and counts the clusters on either side of it. */
export function departures(sums: Float64Array, sizes: Float64Array): Departures {
  // Equal scores may differ in the last bits of their means.
  const means = sums.map((sum, k) => Math.round((sum / sizes[k]!) * 1e12) / 1e12);
  const frequency = new Map<number, number>();
  let common = means[0]!;
  for (const mean of means) {
    const seen = (frequency.get(mean) ?? 0) + 1;
    frequency.set(mean, seen);
    if (seen > frequency.get(common)!) common = mean;
  }
  let below = 0;
  let above = 0;
  for (const mean of means) {
    if (mean < common) below++;
    if (mean > common) above++;
  }
  return { common, below, above };
}

/**
 * Bounds of a mean when (nearly) all clusters score alike, so that resampling sees too little variation.
 * What was seen k times in C clusters may hold for the exact upper confidence bound of that share, and each such
 * cluster may lie at the end of the range. With k = 0 and 95 % that share is about 3.7 / C: the rule of three,
 * two-sided.
 *
 * Counts may be fractional, for asking what another number of rows would show.
 *
 * @param clusterCount above 0
 * @param confidence strictly between 0 and 1
 * @see J. Hanley, A. Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249, 1983
 */
export function sparseBounds(
  { common, below, above }: Departures,
  clusterCount: number,
  range: ScoreRange,
  confidence: number,
): { low: number; high: number } {
  // Clopper and Pearson's upper bound, which holds for fractional counts too.
  const share = (seen: number) =>
    seen >= clusterCount ? 1 : betaQuantile((1 + confidence) / 2, seen + 1, clusterCount - seen);
  return {
    low: common - share(below) * (common - range.min),
    high: common + share(above) * (range.max - common),
  };
}
