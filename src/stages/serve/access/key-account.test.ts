import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Spending } from '../../../core/access.ts';
import type { KeyLimits } from '../../../core/access-key.ts';
import { MemoryLedgers } from './fixtures/memory-stores.ts';
import { KeyAccount } from './key-account.ts';
import { usedIn } from './ledger.ts';

const noon = Date.UTC(2026, 10, 24, 12);
const unknown = { tokens: null, costUsd: null };

function account(limits: KeyLimits, ledgers = new MemoryLedgers(), clock = { now: noon }) {
  return { account: new KeyAccount('k', limits, ledgers, () => clock.now), ledgers, clock };
}

describe('an account', () => {
  it('admits as many requests a minute as the limit says, and more when the minute is over', async () => {
    const { account: key, clock } = account({ minute: { requests: 3 } });
    for (let request = 0; request < 3; request++) (await key.admit(unknown))({ tokens: 1, costUsd: 0 });
    await expect(key.admit(unknown)).rejects.toMatchObject({
      code: 'rate-limited',
      status: 429,
      retryAfterSeconds: 61,
      message: 'This key has reached its limit of 3 requests a minute',
    });
    clock.now += 60_999;
    await expect(key.admit(unknown)).rejects.toMatchObject({ retryAfterSeconds: 1 });
    clock.now += 1;
    await key.admit(unknown);
  });

  it('says when a day’s budget is there again, and that a total one never is', async () => {
    const day = account({ day: { tokens: 10 } }).account;
    (await day.admit(unknown))({ tokens: 12, costUsd: 0 });
    await expect(day.admit(unknown)).rejects.toMatchObject({
      code: 'budget-exhausted',
      retryAfterSeconds: 12 * 3600,
    });
    const total = account({ total: { costUsd: 1 } }).account;
    (await total.admit(unknown))({ tokens: 1, costUsd: 1 });
    await expect(total.admit(unknown)).rejects.toMatchObject({
      retryAfterSeconds: null,
      message: 'This key has used up its budget of $1 in all',
    });
  });

  it('sets the bound of a request aside until it is settled', async () => {
    const { account: key, clock } = account({ day: { tokens: 100 } });
    const settle = await key.admit({ tokens: 100, costUsd: 0 });
    await expect(key.admit({ tokens: 1, costUsd: 0 })).rejects.toMatchObject({
      code: 'budget-exhausted',
      retryAfterSeconds: 1,
    });
    settle({ tokens: 30, costUsd: 0 });
    settle({ tokens: 30, costUsd: 0 });
    clock.now += 200;
    const rest = await key.admit({ tokens: 70, costUsd: 0 });
    rest({ tokens: 70, costUsd: 0 });
    await expect(key.admit({ tokens: 1, costUsd: 0 })).rejects.toMatchObject({ retryAfterSeconds: 43_200 });
  });

  it('asks the store rarely while there is much left, and writes the use down', async () => {
    const { account: key, ledgers, clock } = account({ day: { requests: 1_000_000 } });
    for (let request = 0; request < 10_000; request++)
      (await key.admit(unknown))({ tokens: 5, costUsd: 0.001 });
    expect(ledgers.updates).toBeLessThan(20);
    await key.flush();
    const used = usedIn(ledgers.ledgers.get('k')!, 'day', clock.now);
    expect(used).toMatchObject({ requests: 10_000, tokens: 50_000 });
    expect(used.costUsd).toBeCloseTo(10, 6);
  });

  it('never asks the store for a key without limits, and still writes its use down', async () => {
    const { account: key, ledgers, clock } = account({});
    for (let request = 0; request < 50; request++) (await key.admit(unknown))({ tokens: 2, costUsd: 0 });
    expect(ledgers.updates).toBe(0);
    await key.flush();
    expect(usedIn(ledgers.ledgers.get('k')!, 'total', clock.now)).toEqual({
      requests: 50,
      tokens: 100,
      costUsd: 0,
    });
  });

  it('does not ask the store again for each of many refused requests', async () => {
    const { account: key, ledgers } = account({ minute: { requests: 1 } });
    await key.admit(unknown);
    const outcomes = await Promise.allSettled(Array.from({ length: 500 }, () => key.admit(unknown)));
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(ledgers.updates).toBeLessThan(4);
  });

  it('refuses with one look at the store, however slow that is', async () => {
    const clock = { now: noon };
    const ledgers = new MemoryLedgers(async () => {
      clock.now += 400;
    });
    const { account: key } = account({ total: { requests: 1 } }, ledgers, clock);
    await key.admit(unknown);
    await expect(key.admit(unknown)).rejects.toMatchObject({ code: 'budget-exhausted' });
    expect(ledgers.updates).toBe(2);
  });

  it('keeps what it could not write down, and fails a request whose limits it cannot check', async () => {
    let down = true;
    const ledgers = new MemoryLedgers(async () => {
      if (down) throw new Error('store is down');
    });
    const { account: limited } = account({ day: { requests: 5 } }, ledgers);
    await expect(limited.admit(unknown)).rejects.toThrow('store is down');
    const { account: free, clock } = account({}, ledgers);
    (await free.admit(unknown))({ tokens: 7, costUsd: 0 });
    await expect(free.flush()).rejects.toThrow('store is down');
    down = false;
    await free.flush();
    expect(usedIn(ledgers.ledgers.get('k')!, 'total', clock.now).tokens).toBe(7);
  });
});

/** One client's request: in which process, after how much time, its bound, and how much of that it costs. */
const request = fc.record({
  process: fc.integer({ min: 0, max: 3 }),
  afterMs: fc.constantFrom(0, 0, 0, 5, 150, 700, 1_500),
  bound: fc.integer({ min: 1, max: 400 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('several processes with one key', () => {
  it('overshoot by one request at most, however their requests interleave', async () => {
    const limitOf = fc.integer({ min: 1, max: 3_000 });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(request, { minLength: 1, maxLength: 60 }),
        limitOf,
        fc.integer({ min: 1, max: 80 }),
        async (scheduler, requests, tokenLimit, requestLimit) => {
          const clock = { now: noon };
          const limits: KeyLimits = {
            minute: { requests: requestLimit },
            total: { tokens: tokenLimit, costUsd: tokenLimit / 1000 },
          };
          const ledgers = new MemoryLedgers(() => scheduler.schedule(Promise.resolve()));
          const accounts = Array.from(
            { length: 4 },
            () => new KeyAccount('k', limits, ledgers, () => clock.now),
          );
          const admitted: number[] = [];
          let largest = 0;
          const clients = requests.map(async ({ process, afterMs, bound, share }) => {
            await scheduler.schedule(Promise.resolve());
            clock.now += afterMs;
            const cost: Spending = { tokens: Math.round(bound * share), costUsd: (bound * share) / 1000 };
            const settle = await accounts[process]!.admit({ tokens: bound, costUsd: bound / 1000 }).catch(
              (error: { status?: number }) => {
                expect(error.status).toBe(429);
                return null;
              },
            );
            if (settle === null) return;
            admitted.push(clock.now);
            largest = Math.max(largest, cost.tokens);
            await scheduler.schedule(Promise.resolve());
            settle(cost);
          });
          await scheduler.waitFor(Promise.all(clients));
          await scheduler.waitFor(Promise.all(accounts.map(each => each.flush())));
          const ledger = ledgers.ledgers.get('k');
          const { tokens, costUsd } = ledger === undefined ? { tokens: 0, costUsd: 0 } : ledger.total;
          expect(tokens).toBeLessThan(tokenLimit + Math.max(1, largest));
          expect(costUsd).toBeLessThan(tokenLimit / 1000 + (largest + 1) / 1000);
          for (const end of admitted) {
            const within = admitted.filter(at => at > end - 60_000 && at <= end);
            expect(within.length).toBeLessThanOrEqual(requestLimit);
          }
          // Nothing stays set aside, and nothing is lost.
          expect(ledger?.total.requests ?? 0).toBe(admitted.length);
        },
      ),
      { numRuns: 100 },
    );
  });
});
