import fc from 'fast-check';
import { expect, test } from 'vitest';
import golden from '../fixtures/calibration.json' with { type: 'json' };
import { brierScore, expectedCalibrationError, logLoss } from './calibration-error.ts';

test('the expected calibration error agrees with scikit-learn', () => {
  const { confidences, correct, bins } = golden;
  expect(expectedCalibrationError(confidences, correct, bins)).toBeCloseTo(
    golden.expectedCalibrationError,
    12,
  );
});

test('the Brier score and the log loss agree with scikit-learn', () => {
  expect(brierScore(golden.probabilities, golden.truth)).toBeCloseTo(golden.brier, 12);
  expect(logLoss(golden.probabilities, golden.truth)).toBeCloseTo(golden.logLoss, 12);
});

test('the order of rows does not matter, ties in confidence included', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), {
    minLength: 1,
    maxLength: 60,
  });
  const error = (sample: readonly (readonly [number, boolean])[]) =>
    expectedCalibrationError(
      sample.map(([step]) => step / 4),
      sample.map(([, right]) => right),
      7,
    );
  fc.assert(
    fc.property(rows, sample => {
      expect(error([...sample].reverse())).toBeCloseTo(error(sample), 12);
      expect(error(sample)).toBeLessThanOrEqual(1);
    }),
  );
});

test('perfect forecasts score zero and a certain mistake stays finite', () => {
  expect(expectedCalibrationError([1, 1, 0], [true, true, false])).toBe(0);
  expect(brierScore([[0, 1]], [1])).toBe(0);
  expect(logLoss([[0, 1]], [1])).toBe(0);
  expect(brierScore([[0, 1]], [0])).toBe(2);
  expect(logLoss([[0, 1]], [0])).toBeCloseTo(52 * Math.LN2, 12);
});

test('rows that are missing or out of range are refused', () => {
  expect(() => expectedCalibrationError([], [])).toThrow(RangeError);
  expect(() => expectedCalibrationError([1.2], [true])).toThrow(RangeError);
  expect(() => brierScore([[0.5, 0.5]], [2])).toThrow(RangeError);
  expect(() => logLoss([[0.5, Number.NaN]], [0])).toThrow(RangeError);
});
