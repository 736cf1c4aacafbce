import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capacityInUse, carriedShare } from './load-curve.ts';

/** What a capacity carries, added up over many moments of the curve. */
function addedUp(peak: number, capacity: number): number {
  const moments = 20_000;
  let sum = 0;
  for (let at = 0; at < moments; at++) sum += Math.min(peak * ((at + 0.5) / moments) ** (peak - 1), capacity);
  return sum / moments;
}

test('what a capacity carries is what it carries from moment to moment', () => {
  for (const peak of [1.5, 2, 4, 10])
    for (const part of [0.1, 0.25, 0.5, 0.9, 1])
      expect(carriedShare({ peak }, part * peak)).toBeCloseTo(addedUp(peak, part * peak), 3);
});

test('half of a peak of four times the mean carries four fifths of the requests, and not half of them', () => {
  // t = (2/4)^(1/3) = 0.7937; 0.7937^4 + 2 * 0.2063 = 0.3969 + 0.4126.
  expect(carriedShare({ peak: 4 }, 2)).toBeCloseTo(0.8095, 3);
});

test('without a peak a capacity carries its part and no more', () => {
  expect(carriedShare({ peak: 1 }, 0.3)).toBeCloseTo(0.3, 12);
  expect(carriedShare({ peak: 1 }, 1)).toBe(1);
  expect(carriedShare({ peak: 5 }, 0)).toBe(0);
});

test('where a further capacity is in use as much as it has to be, one more or less carries less for its cost', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1.01, max: 50, noNaN: true }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (peak, worth) => {
        const best = capacityInUse({ peak }, worth);
        const gain = (capacity: number) => carriedShare({ peak }, capacity) - worth * capacity;
        for (const factor of [0.5, 0.9, 1.1, 2])
          expect(gain(best)).toBeGreaterThanOrEqual(gain(best * factor) - 1e-12);
      },
    ),
  );
  expect(capacityInUse({ peak: 4 }, 1)).toBe(0);
});
