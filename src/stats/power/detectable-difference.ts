import { criticalValues, type PlanOptions, rowsForPairedDifference } from './sample-size.ts';

/**
 * Smallest difference that McNemar's test shows with so many rows: the inverse of {@link rowsForPairedDifference}.
 *
 * @param plan.rows at least 1
 * @param plan.discordantShareOf share of rows that exactly one system gets right, at a difference; at least that difference
 * @param plan.largest largest difference that can be, above 0, at most 1
 * @returns the difference, or null where even the largest cannot be shown
 * @throws RangeError where an argument is outside its range
 */
export function detectableDifference(
  plan: {
    readonly rows: number;
    readonly discordantShareOf: (difference: number) => number;
    readonly largest: number;
  } & PlanOptions,
): number | null {
  const { rows, discordantShareOf, largest, ...options } = plan;
  if (!(rows >= 1 && largest > 0 && largest <= 1))
    throw new RangeError(`needs at least one row and largest in 0..1, got ${rows} and ${largest}`);
  const needed = (difference: number) =>
    rowsForPairedDifference({
      ...options,
      difference,
      // They are equal where one system is right on all that the other is; rounding must not tell.
      discordantShare: Math.max(difference, discordantShareOf(difference)),
    });
  if (needed(largest) > rows) return null;
  let [low, high] = [0, largest];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (needed(middle) > rows) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Smallest distance of a mean from a bound that so many rows show: the inverse of `rowsForMean`.
 *
 * @param plan.rows at least 1
 * @param plan.variance of one row's value, at least 0
 * @throws RangeError where an argument is outside its range
 */
export function detectableDistance(
  plan: { readonly rows: number; readonly variance: number } & PlanOptions,
): number {
  const { rows, variance } = plan;
  if (!(rows >= 1 && variance >= 0))
    throw new RangeError(`needs at least one row and variance at least 0, got ${rows} and ${variance}`);
  const { zAlpha, zBeta } = criticalValues(plan);
  return (zAlpha + zBeta) * Math.sqrt(variance / rows);
}
