import { logGamma } from '../distributions/beta.ts';

/** Values in 0..1 that were seen so far. */
export interface Tally {
  /** How many values; at least 0. */
  readonly count: number;
  /** Their sum, 0..count. For events, how many happened. */
  readonly total: number;
}

export const emptyTally: Tally = { count: 0, total: 0 };

/** The tally after one more value, 0..1. */
export function tallied(tally: Tally, value: number): Tally {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`a value must lie in 0..1, got ${value}`);
  return { count: tally.count + 1, total: tally.total + value };
}

/** What several writers saw, together. */
export function mergeTallies(tallies: Iterable<Tally>): Tally {
  let count = 0;
  let total = 0;
  for (const tally of tallies) {
    count += tally.count;
    total += tally.total;
  }
  return { count, total };
}

const logBetaHalf = Math.log(Math.PI);
/** 0 · log 0 is 0: a value that was never seen says nothing. */
const times = (weight: number, probability: number) => (weight === 0 ? 0 : weight * Math.log(probability));

/**
 * Natural logarithm of the mixture likelihood ratio against a mean `p`: the Beta(1/2, 1/2) mixture of all means
 * over `p`. For values in 0..1 whose conditional mean is `p` its exponential is a non-negative supermartingale
 * that starts at 1 (the ratio is convex in each value, so events are the extreme case). By Ville's inequality it
 * ever reaches 1/alpha with probability at most alpha, however often one looks.
 *
 * @param p hypothetical mean, 0..1
 * @returns 0 without values; at most 0 at the observed mean; Infinity where `p` is impossible
 * @see H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Statist. 41, 1970
 * @see S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Ann. Statist. 49, 2021
 */
export function logMixtureRatio({ count, total }: Tally, p: number): number {
  if (!(count >= 0 && total >= 0 && total <= count && p >= 0 && p <= 1))
    throw new RangeError(`needs 0 <= total <= count and p in 0..1, got ${total} of ${count} and p=${p}`);
  const rest = count - total;
  const logMixture = logGamma(total + 0.5) + logGamma(rest + 0.5) - logGamma(count + 1) - logBetaHalf;
  return logMixture - times(total, p) - times(rest, 1 - p);
}
