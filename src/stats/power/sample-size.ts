import { criticalValue, normalQuantile } from '../distributions/normal.ts';
import { wilsonInterval } from '../proportions/wilson-interval.ts';

/** Error rates of a planned comparison. */
export interface PlanOptions {
  /** Coverage of the two-sided interval that will decide, strictly between 0 and 1; default 0.95. */
  readonly confidence?: number;
  /** Chance to show an effect that is there, 0.5 to below 1; default 0.8. */
  readonly power?: number;
}

/** Quantiles that a plan rests on. @throws RangeError where power is outside 0.5..1 */
export function criticalValues({ confidence = 0.95, power = 0.8 }: PlanOptions): {
  zAlpha: number;
  zBeta: number;
} {
  if (!(power >= 0.5 && power < 1)) throw new RangeError(`power must lie in 0.5..1, got ${power}`);
  return { zAlpha: criticalValue(confidence), zBeta: normalQuantile(power) };
}

/**
 * Rows for McNemar's test to show that two systems differ.
 *
 * @param plan.difference share right of the one minus the other, -1..1, not 0
 * @param plan.discordantShare share of rows that exactly one of them gets right, |difference|..1
 * @throws RangeError where an argument is outside its range
 * @see R. Connor, "Sample size for testing differences in proportions for the paired-sample design", Biometrics 43, 1987
 */
export function rowsForPairedDifference(
  plan: { readonly difference: number; readonly discordantShare: number } & PlanOptions,
): number {
  const { difference, discordantShare } = plan;
  const size = Math.abs(difference);
  if (!(size > 0 && discordantShare >= size && discordantShare <= 1))
    throw new RangeError(
      `needs 0 < |difference| <= discordantShare <= 1, got ${difference} and ${discordantShare}`,
    );
  const { zAlpha, zBeta } = criticalValues(plan);
  const spread = zAlpha * Math.sqrt(discordantShare) + zBeta * Math.sqrt(discordantShare - size * size);
  return Math.ceil((spread / size) ** 2);
}

/**
 * Share of rows on which exactly one of two systems is right, from their scores and how alike they err.
 *
 * @param score share right of the one, 0..1
 * @param otherScore share right of the other, 0..1
 * @param likeness correlation of being right, 0 (they err independently) to 1 (as alike as their scores allow)
 * @throws RangeError where an argument is outside its range
 * @see R. Connor, "Sample size for testing differences in proportions for the paired-sample design", Biometrics 43, 1987
 */
export function discordantShare(score: number, otherScore: number, likeness: number): number {
  const shares = [score, otherScore, likeness];
  if (!shares.every(share => share >= 0 && share <= 1))
    throw new RangeError(`scores and likeness must lie in 0..1, got ${shares.join(', ')}`);
  const independent = score * (1 - otherScore) + otherScore * (1 - score);
  const spread = Math.sqrt(score * (1 - score) * otherScore * (1 - otherScore));
  return Math.max(Math.abs(score - otherScore), independent - 2 * likeness * spread);
}

/**
 * Rows for a mean to be shown to lie on one side of a bound, by a two-sided interval.
 *
 * @param plan.distance of the mean from the bound, above 0
 * @param plan.variance of one row's value, at least 0; times the design effect where rows are clustered
 * @throws RangeError where an argument is outside its range
 * @see S. Julious, "Sample sizes for clinical trials with normal data", Statistics in Medicine 23, 2004, section 5 (non-inferiority)
 */
export function rowsForMean(
  plan: { readonly distance: number; readonly variance: number } & PlanOptions,
): number {
  const { distance, variance } = plan;
  if (!(distance > 0 && variance >= 0))
    throw new RangeError(`needs distance above 0 and variance at least 0, got ${distance} and ${variance}`);
  const { zAlpha, zBeta } = criticalValues(plan);
  return Math.max(1, Math.ceil((variance * (zAlpha + zBeta) ** 2) / distance ** 2));
}

/**
 * Rows for Wilson's interval of a proportion to be at most so wide.
 *
 * @param plan.halfWidth half the width of the interval, strictly between 0 and 0.5
 * @param plan.proportion expected share, 0..1; default 0.5, the worst case
 * @param plan.designEffect at least 1; default 1, independent rows
 * @throws RangeError where an argument is outside its range
 * @see E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927
 */
export function rowsForHalfWidth(plan: {
  readonly halfWidth: number;
  readonly proportion?: number;
  readonly designEffect?: number;
  readonly confidence?: number;
}): number {
  const { halfWidth, proportion = 0.5, designEffect = 1, confidence = 0.95 } = plan;
  if (!(halfWidth > 0 && halfWidth < 0.5 && proportion >= 0 && proportion <= 1 && designEffect >= 1))
    throw new RangeError('needs halfWidth in 0..0.5, proportion in 0..1 and designEffect of at least 1');
  const narrowEnough = (n: number) => {
    const { low, high } = wilsonInterval(proportion * n, n, confidence);
    return (high - low) / 2 <= halfWidth;
  };
  return Math.ceil(designEffect * smallestInteger(narrowEnough));
}

/**
 * Smallest integer of at least 1 from which a condition holds.
 *
 * @param holds false below some integer and true from there on
 */
function smallestInteger(holds: (n: number) => boolean): number {
  let high = 1;
  while (!holds(high)) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
