import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterRows } from '../clusters/clusters.ts';
import golden from '../fixtures/bootstrap.json' with { type: 'json' };
import { bootstrapEndpoints, bootstrapInterval, bootstrapPValue } from './bootstrap-interval.ts';
import { resampleMean, resampleStatistic } from './resample.ts';

test('percentile and BCa endpoints agree with scipy on the same resamples', () => {
  for (const sample of golden.samples) {
    const { low, high } = bootstrapEndpoints(
      {
        value: sample.value,
        distribution: Float64Array.from(sample.distribution),
        leftOut: Float64Array.from(sample.leftOut),
      },
      1.959963984540054,
      sample.kind as 'bca' | 'percentile',
    );
    expect(low).toBeCloseTo(sample.low, 9);
    expect(high).toBeCloseTo(sample.high, 9);
  }
});

const { scores, groups, mean, standardError } = golden.clustered;

test('the spread of resampled means agrees with the cluster-robust standard error of statsmodels', () => {
  const { value, distribution } = resampleMean(scores, clusterRows(scores.length, groups), 4000, 1);
  expect(value).toBeCloseTo(mean, 12);
  const centre = distribution.reduce((sum, other) => sum + other, 0) / distribution.length;
  const spread = Math.sqrt(
    distribution.reduce((sum, other) => sum + (other - centre) ** 2, 0) / distribution.length,
  );
  expect(spread / standardError).toBeGreaterThan(0.93);
  expect(spread / standardError).toBeLessThan(1.07);
});

test('the fast path for means gives what the general path gives', () => {
  const rows = fc.array(
    fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom('a', 'b', 'c', null)),
    {
      minLength: 2,
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(rows, fc.nat(1000), (sample, seed) => {
      const values = sample.map(([value]) => value);
      const clusters = clusterRows(
        values.length,
        sample.map(([, group]) => group),
      );
      const fast = resampleMean(values, clusters, 100, seed);
      const general = resampleStatistic(
        drawn => drawn.reduce((sum, row) => sum + values[row]!, 0) / drawn.length,
        clusters,
        100,
        seed,
      );
      expect(general.value).toBeCloseTo(fast.value, 9);
      general.distribution.forEach((other, k) => {
        expect(other).toBeCloseTo(fast.distribution[k]!, 9);
      });
      general.leftOut.forEach((other, k) => {
        expect(other).toBeCloseTo(fast.leftOut[k]!, 9);
      });
    }),
    { numRuns: 30 },
  );
});

test('a group is drawn whole or not at all', () => {
  const group = ['a', 'a', 'b', null, 'b', 'a', null];
  resampleStatistic(
    drawn => {
      const times = group.map((_, row) => drawn.filter(other => other === row).length);
      expect([times[1], times[5]]).toEqual([times[0], times[0]]);
      expect(times[4]).toBe(times[2]);
      return drawn.length;
    },
    clusterRows(group.length, group),
    200,
    9,
  );
});

test('the p-value falls below 1 - confidence exactly where the interval leaves zero', () => {
  const clusters = clusterRows(40);
  for (const kind of ['bca', 'percentile'] as const) {
    for (let step = 0; step < 40; step++) {
      const values = Array.from({ length: 40 }, (_, k) => Math.sin(k * 12.9898) ** 3 + step / 60 - 0.3);
      const resampled = resampleMean(values, clusters, 2000, step);
      const pValue = bootstrapPValue(resampled, 40, kind);
      for (const confidence of [0.8, 0.9, 0.95]) {
        // The grain of 2000 resamples leaves a small band in which either answer is right.
        if (Math.abs(pValue - (1 - confidence)) < 0.004) continue;
        const { low, high } = bootstrapInterval(resampled, 40, confidence, kind);
        expect(pValue < 1 - confidence).toBe(low > 0 || high < 0);
      }
    }
  }
});

test('a statistic that is not finite is refused', () => {
  expect(() => resampleStatistic(() => Number.NaN, clusterRows(5), 100, 1)).toThrow(RangeError);
  expect(() => resampleMean([1, 2], clusterRows(2), 5, 1)).toThrow(RangeError);
  expect(() => resampleMean([1, Number.NaN], clusterRows(2), 100, 1)).toThrow(RangeError);
});
