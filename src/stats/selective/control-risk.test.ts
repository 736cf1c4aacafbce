import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/random.ts';
import { chooseThreshold } from './choose-threshold.ts';
import { controlRisk } from './control-risk.ts';
import { candidatesAtRanks, candidatesFromOtherRows } from './threshold-candidates.ts';

/** Rows whose chance of being right is a function of the score, uniform in 0..1. */
function draw(count: number, seed: number, chance: (score: number) => number) {
  const random = createRandom(seed);
  const scores = Array.from({ length: count }, () => random.uniform());
  return { scores, correct: scores.map(score => random.uniform() < chance(score)) };
}

/** True share wrong above a threshold, by integration. */
function trueRisk(threshold: number, chance: (score: number) => number): number {
  const from = Math.max(0, threshold);
  const steps = 2000;
  let sum = 0;
  for (let k = 0; k < steps; k++) sum += 1 - chance(from + ((1 - from) * (k + 0.5)) / steps);
  return sum / steps;
}

const rising = (score: number) => 0.6 + 0.4 * score;
/** Risk that crosses the bound more than once as the threshold falls. */
const uneven = (score: number) => (score > 0.8 ? 0.93 : score > 0.4 ? 0.99 : 0.7);
const level = { alpha: 0.1, delta: 0.1 };

describe.each([
  ['rising', rising],
  ['uneven', uneven],
  ['flat, a little above the bound', () => 0.899],
] as const)('the promised error rate holds, risk %s', (_name, chance) => {
  const trials = 300;
  // Three standard errors of a share of 0.1 in 300 trials are 5.2 points.
  const most = trials * (0.1 + 0.052);

  test('at ranks of the tested rows', () => {
    let broken = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { scores, correct } = draw(200, trial, chance);
      const { chosen } = controlRisk(scores, correct, candidatesAtRanks(scores, [50, 100, 150, 200]), level);
      if (chosen && trueRisk(chosen.threshold, chance) > 0.1 + 1e-9) broken++;
    }
    expect(broken).toBeLessThan(most);
  });

  test('at thresholds fixed by other rows, in chains', () => {
    let broken = 0;
    for (let trial = 0; trial < trials; trial++) {
      const other = draw(100, 10_000 + trial, chance);
      const { scores, correct } = draw(200, trial, chance);
      const candidates = candidatesFromOtherRows(other.scores, 0.2);
      const { chosen } = controlRisk(scores, correct, candidates, level);
      if (chosen && trueRisk(chosen.threshold, chance) > 0.1 + 1e-9) broken++;
    }
    expect(broken).toBeLessThan(most);
  });
});

test('choosing the laxest threshold that looks good, without the correction, would break the promise', () => {
  let broken = 0;
  for (let trial = 0; trial < 300; trial++) {
    const { scores, correct } = draw(200, trial, () => 0.9 - 1e-6);
    const every = Array.from({ length: 171 }, (_, k) => k + 30);
    const { chosen } = chooseThreshold(
      { ...candidatesAtRanks(scores, every), starts: every.map((_, k) => k), chained: false },
      threshold => {
        const answered = scores.filter(score => score > threshold).length;
        const errors = scores.filter((score, row) => score > threshold && !correct[row]).length;
        return { passed: errors / answered < 0.1 - 1.28 * Math.sqrt(0.09 / answered), evidence: null };
      },
      0.1,
    );
    if (chosen) broken++;
  }
  expect(broken / 300).toBeGreaterThan(0.2);
});

test('good rows are answered: with many rows the threshold comes near the best there is', () => {
  const { scores, correct } = draw(4000, 3, rising);
  const candidates = candidatesFromOtherRows(draw(2000, 4, rising).scores, 0.05);
  const { chosen } = controlRisk(scores, correct, candidates, level);
  // Share wrong above t is 0.2 (1 - t): 0.1 at t = 0.5.
  expect(chosen!.threshold).toBeGreaterThan(0.45);
  expect(chosen!.threshold).toBeLessThan(0.65);
  expect(chosen!.evidence.upperBound).toBeLessThanOrEqual(0.1);
});

test('a chain stops at its first failure; a later start goes on', () => {
  const good = new Set([0, 2, 3]);
  const choose = (starts: number[], chained: boolean) =>
    chooseThreshold(
      { thresholds: [4, 3, 2, 1], starts, chained },
      threshold => ({ passed: good.has(4 - threshold), evidence: null }),
      0.05,
    );
  expect(choose([0], true).chosen?.threshold).toBe(4);
  expect(choose([0], true).tested).toHaveLength(2);
  expect(choose([0, 2], true)).toMatchObject({ chosen: { threshold: 1 }, level: 0.025 });
  expect(choose([0, 1], false).chosen?.threshold).toBe(4);
});

test('rows with a score of minus infinity are never answered, whatever the threshold', () => {
  const scores = [0.9, Number.NEGATIVE_INFINITY, 0.2, Number.NEGATIVE_INFINITY];
  for (const candidates of [candidatesAtRanks(scores, [1, 2, 4]), candidatesFromOtherRows(scores, 0.1)]) {
    const { tested } = controlRisk(scores, [true, false, true, false], candidates, {
      alpha: 0.6,
      delta: 0.4,
    });
    for (const { evidence } of tested) expect(evidence.errors).toBe(0);
    expect(candidates.thresholds.at(-1)).toBe(Number.NEGATIVE_INFINITY);
  }
});

test('at a rank never more rows are answered than its count, ties included', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 30 }), scores => {
      const counts = [0, Math.ceil(scores.length / 2), scores.length];
      const { thresholds } = candidatesAtRanks(scores, counts);
      thresholds.forEach((threshold, at) => {
        expect(scores.filter(score => score > threshold).length).toBeLessThanOrEqual(counts[at]!);
      });
    }),
  );
});
