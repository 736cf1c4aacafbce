import fc from 'fast-check';
import { expect, test } from 'vitest';
import golden from './fixtures/calibration.json' with { type: 'json' };
import { latencySummary, quantile } from './quantile.ts';

test('quantiles agree with numpy and leave the values in place', () => {
  const values = [...golden.values];
  for (const { p, value } of golden.quantiles) expect(quantile(values, p)).toBeCloseTo(value, 12);
  expect(values).toEqual(golden.values);
});

test('a quantile lies between the extremes and rises with p', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 });
  const p = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(values, p, p, (sample, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(quantile(sample, low)).toBeLessThanOrEqual(quantile(sample, high) + 1e-6);
      expect(quantile(sample, 0) === Math.min(...sample)).toBe(true);
      expect(quantile(sample, 1) === Math.max(...sample)).toBe(true);
    }),
  );
});

test('a summary of no latencies is unknown, not zero', () => {
  expect(latencySummary([])).toBeNull();
  expect(latencySummary([30, 10, 20])).toEqual({ p50: 20, p95: 29 });
  expect(() => quantile([], 0.5)).toThrow(RangeError);
  expect(() => quantile([1], 1.5)).toThrow(RangeError);
});
