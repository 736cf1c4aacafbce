import fc from 'fast-check';
import { expect, test } from 'vitest';
import { studentQuantile } from '../distributions/student.ts';
import golden from '../fixtures/bootstrap.json' with { type: 'json' };
import { pairedScoreInterval } from '../paired/paired-score-interval.ts';
import { clopperPearsonInterval } from '../proportions/clopper-pearson.ts';
import { wilsonInterval } from '../proportions/wilson-interval.ts';
import { clusteredPairedDifference } from './clustered-paired-difference.ts';
import { clusteredProportion } from './clustered-proportion.ts';
import { clusterRows, clusterSums } from './clusters.ts';
import { effectiveRows } from './effective-rows.ts';
import { departures, fewestClusters, sparseBounds } from './few-clusters.ts';

test('every row is in exactly one cluster, with the rows of its group and no others', () => {
  const groups = fc.array(fc.option(fc.constantFrom('a', 'b', 'c', '')), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(groups, group => {
      const { count, offsets, rows } = clusterRows(group.length, group);
      expect([...rows].sort((a, b) => a - b)).toEqual(group.map((_, row) => row));
      const named = new Set(group.filter(name => name !== null)).size;
      expect(count).toBe(named + group.filter(name => name === null).length);
      for (let k = 0; k < count; k++) {
        const members = [...rows.subarray(offsets[k]!, offsets[k + 1]!)].map(row => group[row]);
        expect(members.length).toBeGreaterThan(0);
        expect(new Set(members).size).toBe(1);
        if (members[0] === null) expect(members).toHaveLength(1);
      }
    }),
  );
});

test('the effective number of rows agrees with the cluster-robust standard error of statsmodels', () => {
  const { scores, groups, mean, standardError } = golden.clustered;
  const clusters = clusterRows(scores.length, groups);
  const widening = studentQuantile(0.975, clusters.count - 1) / 1.959963984540054;
  const effective = effectiveRows(scores, clusters, 0.95) * widening ** 2;
  expect((mean * (1 - mean)) / effective).toBeCloseTo(standardError ** 2, 12);
  expect(effective).toBeLessThan(scores.length);
});

test('rows copied within their groups are worth no more than one row a group', () => {
  const once = Array.from({ length: 40 }, (_, k) => (k % 4 === 0 ? 0 : 1));
  const copied = once.flatMap(score => [score, score, score]);
  const groups = once.flatMap((_, k) => [`g${k}`, `g${k}`, `g${k}`]);
  const single = clusteredProportion(once);
  const clustered = clusteredProportion(copied, groups);
  expect(clustered.value).toBeCloseTo(single.value, 12);
  expect(clustered.high - clustered.low).toBeGreaterThan(single.high - single.low);
  expect(clustered).toMatchObject({ n: 120, method: 'wilson-clustered' });
});

test('without shared groups the intervals are those of Wilson and Tango', () => {
  expect(clusteredProportion([1, 0, 1, 1])).toEqual(wilsonInterval(3, 4));
  expect(clusteredProportion([1, 0], ['a', 'b'])).toEqual(wilsonInterval(1, 2));
  expect(clusteredPairedDifference([1, 0, -1, -1, 0])).toEqual(pairedScoreInterval(1, 2, 5));
});

test('answers that all agree keep an interval as wide as one row a group gives', () => {
  const groups = Array.from({ length: 60 }, (_, k) => `g${k % 20}`);
  const differences = groups.map(() => 0);
  const { low, high } = clusteredPairedDifference(differences, groups);
  const single = pairedScoreInterval(0, 0, 20);
  expect(low).toBeLessThanOrEqual(single.low);
  expect(high).toBeGreaterThanOrEqual(single.high);
});

test('fewer than six groups say nothing at 95 %', () => {
  expect(fewestClusters(0.95)).toBe(6);
  expect(fewestClusters(0.5)).toBe(2);
  const groups = Array.from({ length: 50 }, (_, k) => `g${k % 5}`);
  expect(
    clusteredProportion(
      groups.map(() => 1),
      groups,
    ),
  ).toMatchObject({ value: 1, low: 0, high: 1 });
  expect(
    clusteredPairedDifference(
      groups.map(() => 1),
      groups,
    ),
  ).toMatchObject({ low: -1, high: 1 });
});

test('bounds for nearly equal scores rest on the exact bound of the share that departs', () => {
  const clusters = clusterRows(50);
  const values = Array.from({ length: 50 }, (_, k) => (k < 2 ? -0.5 : 0));
  const { sums, sizes } = clusterSums(values, clusters);
  const found = departures(sums, sizes);
  expect(found).toEqual({ common: 0, below: 2, above: 0 });
  const { low, high } = sparseBounds(found, 50, { min: -1, max: 1 }, 0.95);
  expect(low).toBeCloseTo(-clopperPearsonInterval(2, 50).high, 10);
  expect(high).toBeCloseTo(clopperPearsonInterval(0, 50).high, 10);
});

test('rows that cannot be used are refused', () => {
  expect(() => clusterRows(0)).toThrow(RangeError);
  expect(() => clusterRows(2, ['a'])).toThrow(RangeError);
  expect(() => clusteredProportion([0.5])).toThrow(RangeError);
  expect(() => clusteredProportion([])).toThrow(RangeError);
  expect(() => clusteredPairedDifference([2])).toThrow(RangeError);
});
