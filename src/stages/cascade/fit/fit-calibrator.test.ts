import { expect, test } from 'vitest';
import { createRandom } from '../../../stats/random/random.ts';
import { crossFittedErrors, fitCalibrator, rowsForIsotonic } from './fit-calibrator.ts';

test('the calibration error that is shown is of the kind of calibrator that is used', () => {
  const random = createRandom(4);
  // A step, and scores so wide apart that no logistic curve follows it.
  const scores = Array.from({ length: rowsForIsotonic }, (_, row) =>
    row % 20 === 0 ? 1_000 : random.uniform(),
  );
  const correct = scores.map(score => random.uniform() < (score < 0.5 ? 0.1 : 0.9));
  expect(fitCalibrator(scores, correct).kind).toBe('isotonic');
  expect(crossFittedErrors(scores, correct)!.calibrationError).toBeLessThan(0.05);
  // One row fewer, and it is a logistic curve, which errs here.
  const fewer = crossFittedErrors(scores.slice(1), correct.slice(1))!;
  expect(fewer.calibrationError).toBeGreaterThan(0.1);
});

test('few rows, rows that are all right, and rows of one score have a calibrator that is never certain', () => {
  for (const [scores, correct] of [
    [[0.3], [true]],
    [
      [0.3, 0.3, 0.3],
      [true, true, true],
    ],
    [
      [0.1, 0.2, 0.3],
      [false, false, false],
    ],
    [Array(30).fill(2), Array.from({ length: 30 }, (_, row) => row % 3 > 0)],
  ] as [number[], boolean[]][]) {
    const calibrator = fitCalibrator(scores, correct);
    expect(calibrator).toMatchObject({ kind: 'platt' });
    const { slope, intercept } = calibrator as Extract<typeof calibrator, { kind: 'platt' }>;
    expect(Number.isFinite(slope) && Number.isFinite(intercept)).toBe(true);
    expect(crossFittedErrors(scores, correct) === null).toBe(scores.length < 10);
  }
});
