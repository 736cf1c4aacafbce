import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binomialPmf } from '../distributions/binomial.ts';
import golden from '../fixtures/proportions.json' with { type: 'json' };
import { clopperPearsonInterval } from './clopper-pearson.ts';
import { wilsonInterval } from './wilson-interval.ts';

test("Wilson's and Clopper and Pearson's intervals agree with statsmodels", () => {
  for (const { successes, n, confidence, wilson, clopperPearson } of golden.cases) {
    const score = wilsonInterval(successes, n, confidence);
    expect(score.low).toBeCloseTo(wilson[0]!, 12);
    expect(score.high).toBeCloseTo(wilson[1]!, 12);
    const exact = clopperPearsonInterval(successes, n, confidence);
    expect(exact.low).toBeCloseTo(clopperPearson[0]!, 10);
    expect(exact.high).toBeCloseTo(clopperPearson[1]!, 10);
  }
});

/** Exact coverage for each truth: the probability of the outcomes whose interval holds it. */
function coverages(n: number, truths: readonly number[], interval: typeof wilsonInterval): number[] {
  const intervals = Array.from({ length: n + 1 }, (_, k) => interval(k, n, 0.95));
  return truths.map(truth =>
    intervals.reduce(
      (sum, { low, high }, k) => (low <= truth && truth <= high ? sum + binomialPmf(k, n, truth) : sum),
      0,
    ),
  );
}

test("Wilson's interval covers 95 % on average, Clopper and Pearson's at least 95 % everywhere", () => {
  const truths = Array.from({ length: 97 }, (_, k) => 0.02 + k * 0.01);
  for (const n of [10, 30, 124]) {
    const wilson = coverages(n, truths, wilsonInterval);
    const mean = wilson.reduce((sum, value) => sum + value, 0) / wilson.length;
    expect(mean).toBeGreaterThan(0.945);
    expect(mean).toBeLessThan(0.965);
    expect(Math.min(...coverages(n, truths, clopperPearsonInterval))).toBeGreaterThanOrEqual(0.95);
  }
});

test('intervals hold their value, stay within 0..1, narrow with rows and mirror with failures', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), (n, any) => {
      const successes = any % (n + 1);
      for (const interval of [wilsonInterval, clopperPearsonInterval]) {
        const { value, low, high } = interval(successes, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(high).toBeGreaterThan(low);
        expect(interval(n - successes, n).low).toBeCloseTo(1 - high, 9);
        const more = interval(4 * successes, 4 * n);
        expect(more.high - more.low).toBeLessThan(high - low);
      }
    }),
    { numRuns: 60 },
  );
});

test('a proportion of no rows is refused rather than made up', () => {
  expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
  expect(() => clopperPearsonInterval(0, 0)).toThrow(RangeError);
  expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  expect(() => wilsonInterval(1, 2, 95)).toThrow(RangeError);
});
