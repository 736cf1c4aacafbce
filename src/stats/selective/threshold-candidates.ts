import { quantile } from '../quantile.ts';

/**
 * Thresholds to be tested, the strictest first. A row is answered where its score lies ABOVE the threshold;
 * -Infinity as a score marks a row that is never answered, as a threshold one that answers all others.
 */
export interface ThresholdCandidates {
  readonly thresholds: readonly number[];
  /** Indices at which a chain of tests begins; each has an equal part of the allowed error. */
  readonly starts: readonly number[];
  /** Whether a chain goes on to the next, laxer threshold after a success. */
  readonly chained: boolean;
}

/**
 * Candidates from scores of OTHER rows than those that will test them, so that they are fixed before the test:
 * `count` thresholds at shares answered that grow by an even factor, and chains that begin at `starts` of them.
 *
 * @param scores of rows that take no part in the test
 * @param leastShare share answered at the strictest threshold, above 0..1
 */
export function candidatesFromOtherRows(
  scores: readonly number[],
  leastShare: number,
  count = 48,
  starts = 4,
): ThresholdCandidates {
  const finite = scores.filter(score => score > Number.NEGATIVE_INFINITY);
  const thresholds: number[] = [];
  const least = Math.min(1, leastShare);
  if (!(least > 0)) throw new RangeError(`leastShare must lie above 0, got ${leastShare}`);
  for (let step = 0; step < count - 1; step++) {
    const share = least ** (1 - step / (count - 1));
    // Share of all rows; those never answered take up the lowest part.
    const below = 1 - (share * scores.length) / Math.max(1, finite.length);
    if (finite.length === 0 || below <= 0) break;
    const threshold = quantile(finite, below);
    if (threshold !== thresholds.at(-1)) thresholds.push(threshold);
  }
  thresholds.push(Number.NEGATIVE_INFINITY);
  const places = Array.from({ length: starts }, (_, start) =>
    Math.floor((start * thresholds.length) / starts),
  );
  return { thresholds, starts: [...new Set(places)], chained: true };
}

/**
 * Candidates at ranks of the very rows that will test them: thresholds above which at most `answered` rows lie, for
 * counts fixed in advance. Every one is its own start: none may rest on the success of another.
 *
 * @param counts rows answered, each from 0 to the number of rows
 */
export function candidatesAtRanks(scores: readonly number[], counts: readonly number[]): ThresholdCandidates {
  const descending = Float64Array.from(scores).sort().reverse();
  const thresholds = [...counts]
    .sort((a, b) => a - b)
    .map(count => descending[count] ?? Number.NEGATIVE_INFINITY);
  return { thresholds, starts: thresholds.map((_, index) => index), chained: false };
}
