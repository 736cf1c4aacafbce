import fc from 'fast-check';
import { expect, test } from 'vitest';
import golden from '../fixtures/distributions.json' with { type: 'json' };
import { betaCdf, betaQuantile } from './beta.ts';
import { binomialCdf, binomialPmf } from './binomial.ts';
import { criticalValue, normalCdf, normalQuantile } from './normal.ts';
import { studentCdf, studentQuantile } from './student.ts';

/** Relative agreement, so that tails are held to the same standard as the centre. */
function expectRelative(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(
    tolerance * Math.max(Math.abs(expected), 1e-300),
  );
}

test('the normal distribution agrees with scipy, far tails included', () => {
  for (const { x, p } of golden.normalCdf) expectRelative(normalCdf(x), p, 1e-13);
  for (const { p, x } of golden.normalQuantile) expectRelative(normalQuantile(p), x, 1e-14);
});

test('the beta distribution agrees with scipy', () => {
  for (const { a, b, x, cdf } of golden.betaCdf) {
    if (cdf > 1e-250) expectRelative(betaCdf(x, a, b), cdf, 1e-9);
    else expect(betaCdf(x, a, b)).toBeLessThan(1e-249);
  }
  for (const { a, b, p, x } of golden.betaQuantile) expectRelative(betaQuantile(p, a, b), x, 1e-9);
});

test('the binomial distribution agrees with scipy', () => {
  for (const { k, n, p, pmf, cdf } of golden.binomial) {
    expectRelative(binomialPmf(k, n, p), pmf, 1e-10);
    expectRelative(binomialCdf(k, n, p), cdf, 1e-10);
  }
});

test("Student's distribution agrees with scipy", () => {
  for (const { t, degrees, cdf } of golden.studentCdf) expectRelative(studentCdf(t, degrees), cdf, 1e-11);
  for (const { p, degrees, t } of golden.studentQuantile)
    expectRelative(studentQuantile(p, degrees), t, 1e-10);
});

test('quantiles undo distribution functions', () => {
  const inside = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
  const shape = fc.double({ min: 0.3, max: 500, noNaN: true });
  fc.assert(
    fc.property(inside, shape, shape, (p, a, b) => {
      expectRelative(normalCdf(normalQuantile(p)), p, 1e-11);
      expect(betaCdf(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 8);
      expect(studentCdf(studentQuantile(p, a), a)).toBeCloseTo(p, 8);
    }),
  );
});

test('binomial probabilities add up to the distribution function', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.nat(60),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, anyK, p) => {
        const k = anyK % (n + 1);
        let sum = 0;
        for (let i = 0; i <= k; i++) sum += binomialPmf(i, n, p);
        expect(binomialCdf(k, n, p)).toBeCloseTo(sum, 10);
      },
    ),
  );
});

test('the ends are exact and arguments outside their range are refused', () => {
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
  expect(betaQuantile(0, 2, 3)).toBe(0);
  expect(binomialPmf(4, 4, 1)).toBe(1);
  expect(() => normalQuantile(1.1)).toThrow(RangeError);
  expect(() => betaCdf(-0.1, 1, 1)).toThrow(RangeError);
  expect(() => binomialCdf(5, 4, 0.5)).toThrow(RangeError);
  expect(() => criticalValue(1)).toThrow(RangeError);
});
