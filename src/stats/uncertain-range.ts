/** A quantity that is not known exactly: as likely below `value` as above it, and never outside `low` to `high`. */
export interface UncertainRange {
  readonly low: number;
  /** Median. */
  readonly value: number;
  readonly high: number;
  /** `log`: between the three points every factor is equally likely; needs `low` above 0. `linear`: every step. */
  readonly scale: 'log' | 'linear';
}

/** The middle of two ends on a scale: geometric on `log`, arithmetic on `linear`. */
export function middleOf(low: number, high: number, scale: UncertainRange['scale']): number {
  return scale === 'log' ? Math.sqrt(low) * Math.sqrt(high) : low + (high - low) / 2;
}

/**
 * Quantile of a range: piecewise uniform (or log-uniform) with its median at `value`.
 *
 * @param p 0..1
 * @returns within low..high, rising in p
 * @throws RangeError where the three points are not in order, or `log` begins at or below 0
 */
export function quantileOfRange({ low, value, high, scale }: UncertainRange, p: number): number {
  if (!(low <= value && value <= high && p >= 0 && p <= 1) || (scale === 'log' && !(low > 0)))
    throw new RangeError(`needs low <= value <= high and p in 0..1, got ${low}, ${value}, ${high} and ${p}`);
  if (low === high) return value;
  const [from, to, share] = p < 0.5 ? [low, value, 2 * p] : [value, high, 2 * p - 1];
  const drawn = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  return Math.min(Math.max(drawn, low), high);
}
