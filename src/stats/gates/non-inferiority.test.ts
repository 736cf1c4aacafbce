import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../random/random.ts';
import { nonInferiority, nonInferiorityOfEstimate } from './non-inferiority.ts';

/** Rows of which so many were won and lost, the rest tied. */
const rows = (wins: number, losses: number, n: number) =>
  Array.from({ length: n }, (_, row) => (row < wins ? 1 : row < wins + losses ? -1 : 0));

const binary = { groups: null, binary: true, seed: 1 } as const;

test('passes where the loss is shown to be within the margin', () => {
  const answer = nonInferiority({ ...binary, differences: rows(3, 4, 400), margin: 0.05 });
  expect(answer).toMatchObject({ outcome: 'pass', rowsNeeded: null });
  expect(answer.estimate.low).toBeGreaterThan(-0.05);
  expect(answer.estimate.method).toBe('tango');
});

test('fails where the loss is shown to exceed the margin', () => {
  const answer = nonInferiority({ ...binary, differences: rows(2, 60, 200), margin: 0.05 });
  expect(answer).toMatchObject({ outcome: 'fail', rowsNeeded: null });
  expect(answer.estimate.high).toBeLessThan(-0.05);
});

test('no differing row on few rows is not enough rows, and the number that would be enough is exact', () => {
  const answer = nonInferiority({ ...binary, differences: rows(0, 0, 30), margin: 0.02 });
  expect(answer.outcome).toBe('not-enough-rows');
  // Tango without differing rows: z^2 / (n + z^2) < margin.
  const z2 = 1.959963984540054 ** 2;
  const exact = (z2 * 0.98) / 0.02;
  expect(answer.rowsNeeded).toBeGreaterThanOrEqual(Math.ceil(exact));
  expect(answer.rowsNeeded).toBeLessThanOrEqual(Math.ceil(exact * 1.002));
  const enough = nonInferiority({ ...binary, differences: rows(0, 0, answer.rowsNeeded!), margin: 0.02 });
  expect(enough.outcome).toBe('pass');
});

test('a loss seen at or beyond the margin needs a better system, not more rows', () => {
  const answer = nonInferiority({ ...binary, differences: rows(1, 3, 40), margin: 0.05 });
  expect(answer).toMatchObject({ outcome: 'not-enough-rows', rowsNeeded: null });
  expect(answer.explanation).toContain('no number of rows');
});

test('with the rows asked for, the same rates pass about four times in five', () => {
  const first = nonInferiority({ ...binary, differences: rows(12, 14, 200), margin: 0.05 });
  expect(first.outcome).toBe('not-enough-rows');
  const needed = first.rowsNeeded!;
  const random = createRandom(12);
  let passed = 0;
  const trials = 600;
  for (let trial = 0; trial < trials; trial++) {
    const differences = Array.from({ length: needed }, () => {
      const drawn = random.uniform();
      return drawn < 0.06 ? 1 : drawn < 0.13 ? -1 : 0;
    });
    if (nonInferiority({ ...binary, differences, margin: 0.05 }).outcome === 'pass') passed++;
  }
  expect(passed / trials).toBeGreaterThan(0.74);
  expect(passed / trials).toBeLessThan(0.88);
});

test('a system that is worse by exactly the margin passes in at most about 2.5 % of cases', () => {
  const random = createRandom(13);
  let passed = 0;
  const trials = 1500;
  for (let trial = 0; trial < trials; trial++) {
    const differences = Array.from({ length: 150 }, () => {
      const drawn = random.uniform();
      return drawn < 0.05 ? 1 : drawn < 0.15 ? -1 : 0;
    });
    if (nonInferiority({ ...binary, differences, margin: 0.05 }).outcome === 'pass') passed++;
  }
  // 2.5 % and three standard errors of 1500 trials.
  expect(passed / trials).toBeLessThan(0.037);
});

test('rows of one group are not counted as if they were independent', () => {
  const differences = rows(0, 10, 400);
  const groups = differences.map((_, row) => `g${Math.floor(row / 10)}`);
  const alone = nonInferiority({ ...binary, differences, margin: 0.06 });
  const grouped = nonInferiority({ ...binary, differences, groups, margin: 0.06 });
  expect(alone.outcome).toBe('pass');
  expect(grouped.outcome).toBe('not-enough-rows');
  expect(grouped.rowsNeeded).toBeGreaterThan(400);
});

test('too few groups never decide, and more are asked for', () => {
  const differences = rows(0, 0, 300);
  const groups = differences.map((_, row) => `g${row % 3}`);
  for (const isBinary of [true, false]) {
    const answer = nonInferiority({ differences, groups, margin: 0.1, binary: isBinary, seed: 1 });
    expect(answer.outcome).toBe('not-enough-rows');
    expect(answer.rowsNeeded).toBeGreaterThanOrEqual(600);
  }
});

test('graded scores decide by the bootstrap, and equal ones by the rule of three', () => {
  const random = createRandom(4);
  const noisy = Array.from({ length: 300 }, () => (random.uniform() - 0.5) / 5);
  const graded = { groups: null, binary: false, seed: 1 } as const;
  expect(nonInferiority({ ...graded, differences: noisy, margin: 0.03 }).outcome).toBe('pass');
  const shifted = noisy.map(difference => difference - 0.1);
  expect(nonInferiority({ ...graded, differences: shifted, margin: 0.03 }).outcome).toBe('fail');
  const same = nonInferiority({ ...graded, differences: rows(0, 0, 40), margin: 0.05 });
  expect(same.outcome).toBe('not-enough-rows');
  const enough = nonInferiority({ ...graded, differences: rows(0, 0, same.rowsNeeded!), margin: 0.05 });
  expect(enough.outcome).toBe('pass');
});

test('the outcome follows from the interval and the margin, and asked-for rows exceed those there', () => {
  const outcomes = fc.array(fc.constantFrom(-1, 0, 0, 0, 1), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(outcomes, fc.nat(10), fc.boolean(), (differences, twentieths, isBinary) => {
      const margin = twentieths / 20;
      const { outcome, estimate, rowsNeeded, explanation } = nonInferiority({
        differences,
        groups: null,
        margin,
        binary: isBinary,
        seed: 1,
        resamples: 200,
      });
      if (outcome === 'pass') expect(estimate.low).toBeGreaterThan(-margin);
      else if (outcome === 'fail') expect(estimate.high).toBeLessThan(-margin);
      else {
        expect(estimate.low <= -margin && estimate.high >= -margin).toBe(true);
        // Within rounding of the margin is at the margin.
        expect(rowsNeeded === null).toBe(estimate.value + margin < 1e-9);
      }
      if (rowsNeeded !== null) expect(rowsNeeded).toBeGreaterThan(differences.length);
      expect(explanation).toContain(`${differences.length} rows`);
    }),
  );
});

test('an estimated difference of any metric is decided alike', () => {
  const difference = { value: -0.01, n: 200, method: 'paired-bootstrap', confidence: 0.95 };
  expect(nonInferiorityOfEstimate({ ...difference, low: -0.03, high: 0.01 }, 0.05).outcome).toBe('pass');
  expect(
    nonInferiorityOfEstimate({ ...difference, value: -0.1, low: -0.12, high: -0.06 }, 0.05).outcome,
  ).toBe('fail');
  const open = nonInferiorityOfEstimate({ ...difference, low: -0.07, high: 0.05 }, 0.05);
  expect(open.outcome).toBe('not-enough-rows');
  // Half-width 0.06 must shrink to 0.04 with power 0.8: times ((1.96 + 0.84) / 1.96 * 1.5)^2.
  expect(open.rowsNeeded).toBe(Math.ceil(200 * (((1.959964 + 0.841621) / 1.959964) * 1.5) ** 2));
});

test('a margin that is no margin is refused', () => {
  expect(() => nonInferiority({ ...binary, differences: [0], margin: -0.1 })).toThrow(RangeError);
  expect(() => nonInferiority({ ...binary, differences: [0], margin: 1 })).toThrow(RangeError);
  expect(() => nonInferiority({ ...binary, differences: [], margin: 0.1 })).toThrow(RangeError);
  expect(() => nonInferiority({ ...binary, differences: [0.5], margin: 0.1 })).toThrow(RangeError);
});
