import { type KeyLimits, type LimitPeriod, limitPeriods } from '../../../core/access-key.ts';
import { type Amounts, type Dimension, dimensions, nothing, plus } from './amounts.ts';
import { book, type Ledger, lastMinute, minuteSeconds, periodEnd, usedIn } from './ledger.ts';

/** One process takes at most this share of what is left in advance, so that others are not kept waiting. */
const advanceShare = 1 / 32;
/** Sums of dollars are exact to far less than this. */
const rounding = 1e-9;

/** A limit that is used up. */
export interface Exhausted {
  readonly period: LimitPeriod;
  readonly dimension: Dimension;
  readonly limit: number;
  readonly used: number;
  /** When something is free again, in milliseconds since 1970-01-01 UTC; null where that never happens. */
  readonly freeAt: number | null;
}

/** What was taken from a ledger: the need itself, and so much beyond it in advance. */
export interface Taken {
  readonly ledger: Ledger;
  readonly advance: Amounts;
}

/** The dimensions that some period limits. */
export function limitedDimensions(limits: KeyLimits): readonly Dimension[] {
  return dimensions.filter(dimension =>
    limitPeriods.some(period => limits[period]?.[dimension] !== undefined),
  );
}

/** `amounts` in the dimensions that are limited, 0 in the others. */
export function only(limited: readonly Dimension[], amounts: Amounts): Amounts {
  const kept: Record<Dimension, number> = { ...nothing };
  for (const dimension of limited) kept[dimension] = amounts[dimension];
  return kept;
}

/**
 * Takes the need of one request if every limit has something left, so that just the last one may overshoot, by
 * itself; with it, up to `wish` times as much in advance, of which none overshoots.
 * @param need already reduced to the limited dimensions
 */
export function take(
  ledger: Ledger,
  limits: KeyLimits,
  now: number,
  need: Amounts,
  wish: number,
): Taken | Exhausted {
  let times = wish;
  for (const period of limitPeriods) {
    const used = usedIn(ledger, period, now);
    for (const dimension of dimensions) {
      const limit = limits[period]?.[dimension];
      if (limit === undefined) continue;
      const left = limit - used[dimension];
      if (left <= rounding) {
        const freeAt = whenFree(ledger, period, dimension, limit, now);
        return { period, dimension, limit, used: used[dimension], freeAt };
      }
      if (need[dimension] > 0) {
        times = Math.min(times, Math.floor(((left - need[dimension]) * advanceShare) / need[dimension]));
      }
    }
  }
  const advance = plus(nothing, need, Math.max(0, times));
  return { ledger: book(ledger, Math.floor(now / 1000), plus(need, advance)), advance };
}

function whenFree(
  ledger: Ledger,
  period: LimitPeriod,
  dimension: Dimension,
  limit: number,
  now: number,
): number | null {
  if (period !== 'minute') return periodEnd(period, now);
  let left = usedIn(ledger, period, now)[dimension];
  for (const { second, used } of lastMinute(ledger, now)) {
    left -= used[dimension];
    if (left < limit - rounding) return (second + minuteSeconds) * 1000;
  }
  return now + minuteSeconds * 1000;
}
