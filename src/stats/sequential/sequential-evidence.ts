import { logMixtureRatio, type Tally } from './share-mixture.ts';

/**
 * Evidence on which side of a line a mean lies, as natural logarithms of e-values: a side is shown at level alpha
 * once its evidence reaches log(1/alpha), whenever that is.
 */
export interface Evidence {
  /** Against "at most the line"; 0 where the values lie on the other side. */
  readonly above: number;
  /** Against "at least the line"; 0 where the values lie on the other side. */
  readonly below: number;
}

const none: Evidence = { above: 0, below: 0 };
/** Against a hypothesis that the observed means fit there is no evidence: its least ratio is at most 1. */
const onSide = (difference: number, evidence: () => number): Evidence =>
  difference > 0 ? { above: evidence(), below: 0 } : difference < 0 ? { above: 0, below: evidence() } : none;

/** Evidence that reaches this shows a claim with an error probability of at most `alpha`, 0..1. */
export const evidenceNeeded = (alpha: number): number => -Math.log(alpha);

/**
 * Whether the mean behind a tally lies above or below a fixed line.
 *
 * @param line 0..1
 * @see H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41, 1970
 */
export function evidenceAgainstLine(tally: Tally, line: number): Evidence {
  if (tally.count === 0) return none;
  return onSide(tally.total / tally.count - line, () => logMixtureRatio(tally, line));
}

/**
 * Whether the mean of `first` lies above or below the mean of `second` plus `margin`. Both are unknown: the
 * evidence against a hypothesis is its least over all pairs of means that fit it, each pair's being the product
 * of the two mixture ratios. That product is a supermartingale for the true pair, so the least is below it, and
 * Ville's inequality bounds the chance that it ever reaches 1/alpha.
 *
 * Holds for values that come in any order and at any ratio, as long as chance decides which of the two gets a
 * request and each side's mean stays what it is.
 *
 * @param margin strictly between -1 and 1
 * @returns 0 on both sides while one of the two has no values
 * @throws RangeError where the margin is outside its range
 * @see L. Wasserman, A. Ramdas, S. Balakrishnan, "Universal inference", PNAS 117, 2020 (least favourable pair, sequential)
 */
export function evidenceOfDifference(first: Tally, second: Tally, margin = 0): Evidence {
  if (!(margin > -1 && margin < 1))
    throw new RangeError(`a margin must lie strictly between -1 and 1, got ${margin}`);
  if (first.count === 0 || second.count === 0) return none;
  const difference = first.total / first.count - second.total / second.count;
  return onSide(difference - margin, () => {
    const p = leastFavourable(first, second, margin);
    return logMixtureRatio(first, clamp(p + margin)) + logMixtureRatio(second, p);
  });
}

/** Second mean, 0..1, at which both tallies together fit `first mean = second mean + margin` best. */
function leastFavourable(first: Tally, second: Tally, margin: number): number {
  if (margin === 0) return (first.total + second.total) / (first.count + second.count);
  let low = Math.max(0, -margin);
  let high = Math.min(1, 1 - margin);
  // The log ratio's sum is convex, its slope rises through 0 exactly once inside the interval or at an end.
  for (;;) {
    const p = (low + high) / 2;
    if (p <= low || p >= high) return p;
    if (slope(first, p + margin) + slope(second, p) < 0) low = p;
    else high = p;
  }
}

const slope = ({ count, total }: Tally, p: number) => (count * p - total) / (p * (1 - p));
const clamp = (p: number) => Math.min(1, Math.max(0, p));
