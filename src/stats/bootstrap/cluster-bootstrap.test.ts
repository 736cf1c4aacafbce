import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../random/random.ts';
import { clusterBootstrap, clusterBootstrapMean } from './cluster-bootstrap.ts';
import {
  pairedBootstrap,
  pairedBootstrapOfDifferences,
  pairedBootstrapStatistic,
} from './paired-bootstrap.ts';

test('intervals of clustered scores cover about 95 % of the time, where ignoring groups would not', () => {
  const random = createRandom(77);
  const groups = Array.from({ length: 120 }, (_, row) => `g${row % 30}`);
  const trials = 300;
  let covered = 0;
  let coveredWithoutGroups = 0;
  for (let trial = 0; trial < trials; trial++) {
    // Chance of a group: uniform; so the true mean is one half and rows of a group resemble each other.
    const chances = Array.from({ length: 30 }, () => random.uniform());
    const scores = groups.map((_, row) => (random.uniform() < chances[row % 30]! ? 1 : 0));
    const holds = (estimate: { low: number; high: number }) => estimate.low <= 0.5 && estimate.high >= 0.5;
    if (holds(clusterBootstrapMean(scores, { groups, seed: trial, resamples: 400 }))) covered++;
    if (holds(clusterBootstrapMean(scores, { seed: trial, resamples: 400 }))) coveredWithoutGroups++;
  }
  // Three standard errors of 300 trials are 3.8 points.
  expect(covered / trials).toBeGreaterThan(0.912);
  expect(covered / trials).toBeLessThan(0.988);
  expect(coveredWithoutGroups / trials).toBeLessThan(0.9);
});

test('the same seed gives the same interval, another seed another', () => {
  const scores = Array.from({ length: 50 }, (_, k) => (k % 7) / 7);
  const estimate = clusterBootstrapMean(scores, { seed: 4 });
  expect(clusterBootstrapMean(scores, { seed: 4 })).toEqual(estimate);
  expect(clusterBootstrapMean(scores, { seed: 5 })).not.toEqual(estimate);
  expect(estimate).toMatchObject({ n: 50, method: 'cluster-bootstrap', confidence: 0.95 });
});

test('an interval holds its value, has width, and stays within the range, whatever the scores', () => {
  const rows = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.option(fc.constantFrom('a', 'b', 'c'))),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(rows, fc.constantFrom('bca' as const, 'percentile' as const), (sample, interval) => {
      const scores = sample.map(([score]) => score);
      const groups = sample.map(([, group]) => group);
      const { value, low, high } = clusterBootstrapMean(scores, {
        groups,
        seed: 1,
        resamples: 200,
        interval,
      });
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(high).toBeGreaterThan(low);
    }),
  );
});

test('all rows right is not certainty: the rule of three bounds what was not seen', () => {
  const { value, low, high } = clusterBootstrapMean(new Array<number>(100).fill(1), { seed: 1 });
  expect([value, high]).toEqual([1, 1]);
  // Exact two-sided bound of 0 in 100.
  expect(low).toBeCloseTo(0.025 ** (1 / 100), 9);
});

test('scores equal but for the last bits of their means count as equal', () => {
  const groups = Array.from({ length: 90 }, (_, row) => `g${Math.floor(Math.sqrt(row))}`);
  const { value, low, high } = clusterBootstrapMean(new Array<number>(90).fill(0.9), { groups, seed: 1 });
  expect(value).toBeCloseTo(0.9, 12);
  expect(low).toBeCloseTo(0.9 - (1 - 0.025 ** (1 / 10)) * 0.9, 9);
  expect(high).toBeCloseTo(0.9 + (1 - 0.025 ** (1 / 10)) * 0.1, 9);
});

test('fewer than six groups give the whole range', () => {
  const groups = ['a', 'b', 'c', 'd', 'e', 'a'];
  expect(clusterBootstrapMean([1, 0, 1, 1, 0.5, 1], { groups, seed: 1 })).toMatchObject({ low: 0, high: 1 });
});

/** Macro-F1 of answers over labels 0..labelCount-1. */
const macroF1 = (truth: Int32Array, answers: Int32Array, labelCount: number) => (rows: Int32Array) => {
  const [right, given, due] = [0, 1, 2].map(() => new Int32Array(labelCount)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  for (const row of rows) {
    given[answers[row]!]!++;
    due[truth[row]!]!++;
    if (answers[row] === truth[row]) right[truth[row]!]!++;
  }
  let sum = 0;
  for (let label = 0; label < labelCount; label++)
    sum += right[label]! > 0 ? (2 * right[label]!) / (given[label]! + due[label]!) : 0;
  return sum / labelCount;
};

test('any statistic of rows gets an interval, alone and as a difference of systems', () => {
  const random = createRandom(8);
  const truth = Int32Array.from({ length: 600 }, () => random.below(5));
  const noisy = (share: number) => truth.map(label => (random.uniform() < share ? random.below(5) : label));
  const [good, bad] = [noisy(0.1), noisy(0.4)];
  const options = { seed: 2, resamples: 1000 };
  const estimate = clusterBootstrap(macroF1(truth, good, 5), 600, options);
  expect(estimate.low).toBeLessThan(0.92);
  expect(estimate.high).toBeGreaterThan(0.92);
  expect(estimate.high - estimate.low).toBeLessThan(0.08);
  const { difference, pValue } = pairedBootstrapStatistic(
    macroF1(truth, good, 5),
    macroF1(truth, bad, 5),
    600,
    options,
  );
  expect(difference.low).toBeGreaterThan(0.1);
  expect(difference.method).toBe('paired-bootstrap');
  expect(pValue).toBeLessThan(0.01);
});

test('equal systems give an interval about zero and a p-value of one, never certainty', () => {
  const scores = Array.from({ length: 80 }, (_, k) => (k % 5) / 4);
  const { difference, pValue } = pairedBootstrap(scores, scores, { seed: 1 });
  expect(pValue).toBe(1);
  expect(difference.value).toBe(0);
  expect(difference.high).toBeCloseTo(1 - 0.025 ** (1 / 80), 9);
  expect(difference.low).toBeCloseTo(-difference.high, 12);
  const statistic = (rows: Int32Array) => rows.length / 80;
  const same = pairedBootstrapStatistic(statistic, statistic, 80, { seed: 1 });
  expect(same.pValue).toBe(1);
  expect(same.difference.high).toBeGreaterThan(0.03);
});

test('swapping the systems mirrors the difference', () => {
  const rows = fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    {
      minLength: 8,
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(rows, sample => {
      const [a, b] = [sample.map(([first]) => first), sample.map(([, second]) => second)];
      const forward = pairedBootstrap(a, b, { seed: 3, resamples: 300 });
      const backward = pairedBootstrap(b, a, { seed: 3, resamples: 300 });
      expect(backward.difference.low).toBeCloseTo(-forward.difference.high, 6);
      expect(backward.pValue).toBeCloseTo(forward.pValue, 6);
    }),
    { numRuns: 50 },
  );
});

test('differences too small to be squared still have a p-value', () => {
  const differences = [0, 0, 0, 0, -1.2573822297758221e-161, 0, 0, 0];
  expect(pairedBootstrapOfDifferences(differences, { seed: 3, resamples: 300 }).pValue).toBeGreaterThan(0.05);
});

test('without a true difference a p-value below 0.05 comes about once in twenty', () => {
  const random = createRandom(31);
  let rejected = 0;
  for (let trial = 0; trial < 400; trial++) {
    const differences = Array.from({ length: 40 }, () => random.uniform() - random.uniform());
    if (pairedBootstrapOfDifferences(differences, { seed: trial, resamples: 400 }).pValue < 0.05) rejected++;
  }
  expect(rejected / 400).toBeGreaterThan(0.017);
  expect(rejected / 400).toBeLessThan(0.083);
});

test('a lone differing row is no evidence of a difference', () => {
  const differences = Array.from({ length: 60 }, (_, k) => (k === 0 ? 1 : 0));
  const { difference, pValue } = pairedBootstrapOfDifferences(differences, { seed: 1 });
  expect(pValue).toBe(1);
  expect(difference.low).toBeLessThan(0);
});

test('scores that cannot be used are refused', () => {
  expect(() => clusterBootstrapMean([], { seed: 1 })).toThrow(RangeError);
  expect(() => clusterBootstrapMean([0.2, 1.2], { seed: 1 })).toThrow(RangeError);
  expect(() => clusterBootstrapMean([Number.NaN], { seed: 1 })).toThrow(RangeError);
  expect(() => clusterBootstrapMean([1], { seed: 1, confidence: 1 })).toThrow(RangeError);
  expect(() => clusterBootstrap(() => 3, 10, { seed: 1 })).toThrow(RangeError);
  expect(() => pairedBootstrap([1], [1, 0], { seed: 1 })).toThrow(RangeError);
});
