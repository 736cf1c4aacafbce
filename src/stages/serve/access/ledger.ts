import { z } from 'zod';
import type { LimitPeriod } from '../../../core/access-key.ts';
import { type Amounts, nothing, plus } from './amounts.ts';

/** Seconds whose requests may lie within the last 60 seconds: the current one, and the 60 before it. */
export const minuteSeconds = 61;
const dayMs = 86_400_000;

const amounts = z.object({ requests: z.number(), tokens: z.number(), costUsd: z.number() });
const period = amounts.extend({ start: z.number() });
const ledgerSchema = z.object({
  /** Use by the second it was admitted in, oldest first: seconds since 1970-01-01 UTC. */
  minute: z.array(z.object({ second: z.number(), used: amounts })),
  /** Use of the latest UTC day and month, by when they began in milliseconds. */
  day: period,
  month: period,
  total: amounts,
  lastUsedAt: z.number().nullable(),
});

/** What a key has used, requests in flight at their bound included. Immutable. */
export type Ledger = z.infer<typeof ledgerSchema>;

const unused: Ledger = {
  minute: [],
  day: { start: 0, ...nothing },
  month: { start: 0, ...nothing },
  total: nothing,
  lastUsedAt: null,
};

/** A ledger as it was stored; null is that of a key that was never used. */
export function parseLedger(stored: unknown): Ledger {
  return stored === null ? unused : ledgerSchema.parse(stored);
}

/** Books use (or gives it back, where negative) of requests that were admitted in `second`. */
export function book(ledger: Ledger, second: number, used: Amounts): Ledger {
  const at = second * 1000;
  return {
    minute: bookSecond(ledger.minute, second, used),
    day: bookPeriod(ledger.day, dayStart(at), used),
    month: bookPeriod(ledger.month, monthStart(at), used),
    total: plus(ledger.total, used),
    lastUsedAt: Math.max(at, ledger.lastUsedAt ?? 0),
  };
}

/** What was used in the period that `now` (milliseconds since 1970-01-01 UTC) lies in. */
export function usedIn(ledger: Ledger, period: LimitPeriod, now: number): Amounts {
  if (period === 'total') return ledger.total;
  if (period === 'day') return ledger.day.start >= dayStart(now) ? ledger.day : nothing;
  if (period === 'month') return ledger.month.start >= monthStart(now) ? ledger.month : nothing;
  return lastMinute(ledger, now).reduce((sum, slice) => plus(sum, slice.used), nothing);
}

/** Every second of `ledger` that may hold requests of the last 60 seconds, oldest first. */
export function lastMinute(ledger: Ledger, now: number): Ledger['minute'] {
  const oldest = Math.floor(now / 1000) - minuteSeconds + 1;
  return ledger.minute.filter(slice => slice.second >= oldest);
}

/** When the UTC day or month that `now` lies in ends, in milliseconds; null for other periods. */
export function periodEnd(period: LimitPeriod, now: number): number | null {
  if (period === 'day') return dayStart(now) + dayMs;
  if (period !== 'month') return null;
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

function bookSecond(minute: Ledger['minute'], second: number, used: Amounts): Ledger['minute'] {
  const latest = Math.max(second, minute.at(-1)?.second ?? 0);
  const before = minute.find(slice => slice.second === second)?.used ?? nothing;
  return [...minute.filter(slice => slice.second !== second), { second, used: plus(before, used) }]
    .filter(slice => slice.second > latest - minuteSeconds)
    .sort((a, b) => a.second - b.second);
}

/** The clocks of several machines differ: a period that one of them has begun has begun for all. */
function bookPeriod(before: Ledger['day'], start: number, used: Amounts): Ledger['day'] {
  if (start < before.start) return before;
  return { start, ...plus(start === before.start ? before : nothing, used) };
}

function dayStart(at: number): number {
  return Math.floor(at / dayMs) * dayMs;
}

function monthStart(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}
