/**
 * Sample quantile by linear interpolation (type 7, the default of R and NumPy), of values in ascending order.
 *
 * @param sorted ascending, not empty
 * @param p 0..1
 * @throws RangeError where there are no values or p is outside 0..1
 * @see R. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50, 1996
 */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  if (sorted.length === 0 || !(p >= 0 && p <= 1))
    throw new RangeError(`a quantile needs values and p in 0..1, got ${sorted.length} values and p=${p}`);
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}

/**
 * Sample quantile (type 7) of values in any order; the input is left as it is.
 *
 * @param p 0..1
 * @throws RangeError where there are no values or p is outside 0..1
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), p);
}

/**
 * Median and 95th percentile of latencies, in the unit given; null without any.
 */
export function latencySummary(latenciesMs: ArrayLike<number>): { p50: number; p95: number } | null {
  if (latenciesMs.length === 0) return null;
  const sorted = Float64Array.from(latenciesMs).sort();
  return { p50: quantileOfSorted(sorted, 0.5), p95: quantileOfSorted(sorted, 0.95) };
}
