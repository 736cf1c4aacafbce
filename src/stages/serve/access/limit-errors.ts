import type { LimitPeriod } from '../../../core/access-key.ts';
import { AccessError } from '../../../core/errors/index.ts';
import type { Dimension } from './amounts.ts';
import type { Exhausted } from './take.ts';

const periodWords: Readonly<Record<LimitPeriod, string>> = {
  minute: 'a minute',
  day: 'a day',
  month: 'a month',
  total: 'in all',
};

function limitText(dimension: Dimension, limit: number): string {
  return dimension === 'costUsd'
    ? `$${limit}`
    : `${limit} ${limit === 1 ? dimension.slice(0, -1) : dimension}`;
}

/**
 * The refusal of a request whose key has used up a limit.
 * @param now milliseconds since 1970-01-01 UTC
 * @param inFlight whether requests of the key are being answered: what they do not use of their bound comes back
 */
export function limitReached(by: Exhausted, now: number, inFlight: boolean): AccessError {
  const limit = `${limitText(by.dimension, by.limit)} ${periodWords[by.period]}`;
  const mayComeBack = inFlight && by.dimension !== 'requests';
  const waitSeconds = by.freeAt === null ? null : Math.max(1, Math.ceil((by.freeAt - now) / 1000));
  const retryAfterSeconds = mayComeBack ? 1 : waitSeconds;
  if (by.period === 'minute') {
    return new AccessError(
      429,
      'rate-limited',
      `This key has reached its limit of ${limit}`,
      `Try again in ${retryAfterSeconds} s.`,
      retryAfterSeconds,
    );
  }
  return new AccessError(
    429,
    'budget-exhausted',
    mayComeBack
      ? `What is left of this key's budget of ${limit} is set aside for requests that are being answered`
      : `This key has used up its budget of ${limit}`,
    retryAfterSeconds === null
      ? 'Ask the operator of the gateway for another key.'
      : `Try again in ${retryAfterSeconds} s, or ask the operator of the gateway for another key.`,
    retryAfterSeconds,
  );
}
