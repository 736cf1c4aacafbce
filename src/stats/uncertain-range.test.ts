import fc from 'fast-check';
import { expect, test } from 'vitest';
import { middleOf, quantileOfRange } from './uncertain-range.ts';

test('the middle of a log range is as many times the low end as the high end is times it', () => {
  expect(middleOf(1, 100, 'log')).toBeCloseTo(10, 12);
  expect(middleOf(0.1, 0.3, 'linear')).toBeCloseTo(0.2, 12);
});

test('ends and median are where they were stated', () => {
  const range = { low: 2, value: 3, high: 50, scale: 'log' } as const;
  expect([0, 0.5, 1].map(p => quantileOfRange(range, p))).toEqual([2, 3, 50]);
  expect(quantileOfRange({ low: 0, value: 1, high: 5, scale: 'linear' }, 0.75)).toBe(3);
  expect(quantileOfRange({ low: 1, value: 10, high: 100, scale: 'log' }, 0.25)).toBeCloseTo(
    Math.sqrt(10),
    12,
  );
});

test('quantiles stay inside the range and rise', () => {
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(
      fc.tuple(positive, positive, positive),
      fc.constantFrom('log', 'linear'),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (points, scale, p, q) => {
        const [low, value, high] = points.toSorted((a, b) => a - b) as [number, number, number];
        const [below, above] = [Math.min(p, q), Math.max(p, q)].map(share =>
          quantileOfRange({ low, value, high, scale }, share),
        ) as [number, number];
        expect(below).toBeGreaterThanOrEqual(low);
        expect(above).toBeLessThanOrEqual(high);
        expect(below).toBeLessThanOrEqual(above * (1 + 1e-12));
      },
    ),
  );
});

test('refuses points out of order', () => {
  expect(() => quantileOfRange({ low: 2, value: 1, high: 3, scale: 'linear' }, 0.5)).toThrow(RangeError);
  expect(() => quantileOfRange({ low: 0, value: 1, high: 3, scale: 'log' }, 0.5)).toThrow(RangeError);
});
