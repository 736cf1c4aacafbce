import type { ThresholdCandidates } from './threshold-candidates.ts';

/** One threshold put to the test. */
export interface ThresholdTest<Evidence> {
  readonly threshold: number;
  readonly evidence: Evidence;
  readonly passed: boolean;
}

/** The laxest threshold that passed; null where none did. */
export interface ThresholdChoice<Evidence> {
  readonly chosen: ThresholdTest<Evidence> | null;
  readonly tested: readonly ThresholdTest<Evidence>[];
  /** Error allowed to each test: delta by the number of starts. */
  readonly level: number;
}

/**
 * Learn-then-Test: multiple testing over thresholds, so that with a chance of at least 1 - delta every threshold that
 * passes is truly good, the laxest one included.
 *
 * Valid where each single test wrongly passes with a chance of at most its level. Chains (fixed-sequence testing,
 * stopping at the first failure) are valid for thresholds that were fixed without the rows that test them; the starts
 * share delta by Bonferroni. For thresholds at ranks of the tested rows nothing is chained, and Bonferroni alone
 * carries the guarantee: given the score at a fixed rank, the rows above it are an independent sample from all rows
 * above that score, so each single test stays exact.
 *
 * @param test whether a threshold is good, at a level; wrongly so with a chance of at most that level
 * @param delta strictly between 0 and 1
 * @see A. Angelopoulos et al., "Learn then Test: calibrating predictive algorithms to achieve risk control", 2021, arXiv 2110.01052, algorithm 1
 * @see Y. Geifman, R. El-Yaniv, "Selective classification for deep neural networks", NIPS 2017, lemma 3.1
 */
export function chooseThreshold<Evidence>(
  candidates: ThresholdCandidates,
  test: (threshold: number, level: number) => { readonly passed: boolean; readonly evidence: Evidence },
  delta: number,
): ThresholdChoice<Evidence> {
  if (!(delta > 0 && delta < 1)) throw new RangeError(`delta must lie between 0 and 1, got ${delta}`);
  const { thresholds, starts, chained } = candidates;
  if (thresholds.some((threshold, at) => at > 0 && threshold > thresholds[at - 1]!))
    throw new RangeError('candidate thresholds must fall');
  const level = delta / Math.max(1, starts.length);
  const tested: (ThresholdTest<Evidence> | undefined)[] = [];
  for (const start of starts)
    for (let index = start; index < thresholds.length; index++) {
      const threshold = thresholds[index]!;
      const known = tested[index] ?? { threshold, ...test(threshold, level) };
      tested[index] = known;
      if (!chained || !known.passed) break;
    }
  const done = tested.filter(entry => entry !== undefined);
  return { chosen: done.findLast(entry => entry.passed) ?? null, tested: done, level };
}
