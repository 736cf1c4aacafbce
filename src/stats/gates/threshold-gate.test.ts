import { expect, test } from 'vitest';
import { clusterBootstrapMean } from '../bootstrap/cluster-bootstrap.ts';
import { createRandom } from '../random/random.ts';
import { thresholdGate, thresholdGateOfEstimate } from './threshold-gate.ts';

const scores = (right: number, n: number) => Array.from({ length: n }, (_, row) => (row < right ? 1 : 0));
const binary = { groups: null, binary: true, seed: 1 } as const;

test('passes above, fails below, and otherwise lacks rows', () => {
  expect(thresholdGate({ ...binary, scores: scores(180, 200), threshold: 0.75 }).outcome).toBe('pass');
  expect(thresholdGate({ ...binary, scores: scores(120, 200), threshold: 0.75 }).outcome).toBe('fail');
  const open = thresholdGate({ ...binary, scores: scores(97, 124), threshold: 0.75 });
  expect(open.outcome).toBe('not-enough-rows');
  expect(open.estimate).toMatchObject({ method: 'wilson', n: 124 });
  expect(open.explanation).toContain(`about ${open.rowsNeeded} rows`);
});

test('with the rows asked for, the same share passes about four times in five', () => {
  const needed = thresholdGate({ ...binary, scores: scores(80, 100), threshold: 0.75 }).rowsNeeded!;
  const random = createRandom(21);
  let passed = 0;
  for (let trial = 0; trial < 500; trial++) {
    const drawn = Array.from({ length: needed }, () => (random.uniform() < 0.8 ? 1 : 0));
    if (thresholdGate({ ...binary, scores: drawn, threshold: 0.75 }).outcome === 'pass') passed++;
  }
  expect(passed / 500).toBeGreaterThan(0.73);
  expect(passed / 500).toBeLessThan(0.87);
});

test('a share at or below the threshold needs a better system, not more rows', () => {
  const answer = thresholdGate({ ...binary, scores: scores(30, 40), threshold: 0.75 });
  expect(answer).toMatchObject({ outcome: 'not-enough-rows', rowsNeeded: null });
});

test('all right on few rows is not certainty', () => {
  const few = thresholdGate({ ...binary, scores: scores(10, 10), threshold: 0.9 });
  expect(few.outcome).toBe('not-enough-rows');
  expect(
    thresholdGate({ ...binary, scores: scores(few.rowsNeeded!, few.rowsNeeded!), threshold: 0.9 }).outcome,
  ).toBe('pass');
  const graded = thresholdGate({ ...binary, binary: false, scores: scores(10, 10), threshold: 0.9 });
  expect(graded.outcome).toBe('not-enough-rows');
  expect(graded.rowsNeeded).toBeGreaterThan(10);
});

test('rows of one group are not counted as if they were independent', () => {
  const right = scores(170, 200);
  const groups = right.map((_, row) => `g${Math.floor(row / 10)}`);
  const alone = thresholdGate({ ...binary, scores: right, threshold: 0.75 });
  const grouped = thresholdGate({ ...binary, scores: right, groups, threshold: 0.75 });
  expect(alone.outcome).toBe('pass');
  expect(grouped.outcome).toBe('not-enough-rows');
  expect(grouped.estimate.method).toBe('wilson-clustered');
});

test('an estimate of any metric is decided alike', () => {
  const graded = Array.from({ length: 200 }, (_, k) => 0.6 + (k % 5) / 20);
  const estimate = clusterBootstrapMean(graded, { seed: 1 });
  expect(thresholdGateOfEstimate(estimate, 0.6).outcome).toBe('pass');
  expect(thresholdGateOfEstimate(estimate, 0.8).outcome).toBe('fail');
  expect(thresholdGateOfEstimate(estimate, estimate.value - 0.001).rowsNeeded).toBeGreaterThan(200);
});

test('a threshold or a score outside its range is refused', () => {
  expect(() => thresholdGate({ ...binary, scores: [1], threshold: 1 })).toThrow(RangeError);
  expect(() => thresholdGate({ ...binary, scores: [0.5], threshold: 0.5 })).toThrow(RangeError);
  expect(() => thresholdGate({ ...binary, binary: false, scores: [2], threshold: 0.5 })).toThrow(RangeError);
});
