import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Amounts, nothing } from './amounts.ts';
import { book, parseLedger, usedIn } from './ledger.ts';

const noon = Date.UTC(2026, 10, 24, 12);
const second = noon / 1000;
const one: Amounts = { requests: 1, tokens: 100, costUsd: 0.5 };
const unused = parseLedger(null);

describe('a ledger', () => {
  it('counts use in every period it falls into', () => {
    const ledger = book(book(unused, second, one), second + 3, one);
    for (const period of ['minute', 'day', 'month', 'total'] as const) {
      expect(usedIn(ledger, period, noon + 3_000)).toMatchObject({ requests: 2, tokens: 200, costUsd: 1 });
    }
    expect(ledger.lastUsedAt).toBe(noon + 3_000);
  });

  it('counts a request for at least the 60 seconds after it, and at most 61', () => {
    const ledger = book(unused, second, one);
    expect(usedIn(ledger, 'minute', noon + 60_999).requests).toBe(1);
    expect(usedIn(ledger, 'minute', noon + 61_000).requests).toBe(0);
  });

  it('begins days and months anew at midnight UTC and keeps the total', () => {
    const ledger = book(unused, second, one);
    expect(usedIn(ledger, 'day', Date.UTC(2026, 10, 24, 23, 59, 59))).toMatchObject(one);
    expect(usedIn(ledger, 'day', Date.UTC(2026, 10, 25))).toEqual(nothing);
    expect(usedIn(ledger, 'month', Date.UTC(2026, 10, 30))).toMatchObject(one);
    expect(usedIn(ledger, 'month', Date.UTC(2026, 11, 1))).toEqual(nothing);
    expect(usedIn(ledger, 'total', Date.UTC(2030, 0, 1))).toEqual(one);
  });

  it('settles a request of yesterday in the total, and not in the budget of today', () => {
    const today = second + 86_400;
    const ledger = book(book(book(unused, second, one), today, one), second, { ...nothing, tokens: -40 });
    expect(usedIn(ledger, 'day', today * 1000)).toMatchObject({ tokens: 100 });
    expect(usedIn(ledger, 'total', today * 1000)).toMatchObject({ tokens: 160 });
  });

  it('counts what another clock, ahead of this one, has booked', () => {
    const ledger = book(unused, second + 86_400, one);
    expect(usedIn(ledger, 'minute', noon).requests).toBe(1);
    expect(usedIn(ledger, 'day', noon).requests).toBe(1);
  });

  it('is the same whatever the order of booking within a minute, and stays small', () => {
    const uses = fc.array(fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 1, max: 9 })));
    fc.assert(
      fc.property(uses, list => {
        const ledgerOf = (order: typeof list) =>
          order.reduce(
            (ledger, [after, requests]) => book(ledger, second + after, { ...nothing, requests }),
            unused,
          );
        expect(ledgerOf(list.toReversed())).toEqual(ledgerOf(list));
      }),
    );
    let ledger = unused;
    for (let after = 0; after < 500; after++) ledger = book(ledger, second + after, one);
    expect(ledger.minute).toHaveLength(61);
  });

  it('refuses a stored ledger that is damaged', () => {
    expect(() => parseLedger({ ...unused, total: { requests: 'many' } })).toThrow();
  });
});
