import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import golden from '../fixtures/selective.json' with { type: 'json' };
import { createRandom } from '../random/random.ts';
import { fitIsotonic, isotonicAt } from './isotonic.ts';
import { fitLogistic, linear, logisticAt, sigmoid } from './logistic-regression.ts';
import { fitPlatt, plattAt } from './platt.ts';
import { solve } from './solve.ts';

const rows = fc.array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.boolean()), {
  minLength: 1,
  maxLength: 40,
});

describe('isotonic regression', () => {
  test('agrees with scikit-learn, between the points and outside them', () => {
    const fit = fitIsotonic(golden.scores, golden.correct);
    golden.queries.forEach((query, at) => {
      expect(isotonicAt(fit, query)).toBeCloseTo(golden.isotonic[at]!, 12);
    });
  });

  test('rises, keeps the mean, and is no worse in squares than any other rising curve tried', () => {
    fc.assert(
      fc.property(rows, sample => {
        const [scores, correct] = [sample.map(([score]) => score), sample.map(([, right]) => right)];
        const fit = fitIsotonic(scores, correct);
        const fitted = scores.map(score => isotonicAt(fit, score));
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        const squares = (curve: (score: number) => number) =>
          sum(scores.map((score, row) => (curve(score) - (correct[row] ? 1 : 0)) ** 2));
        for (const [at, value] of fit.y.entries())
          expect(value).toBeGreaterThanOrEqual(at > 0 ? fit.y[at - 1]! : 0);
        expect(sum(fitted)).toBeCloseTo(correct.filter(Boolean).length, 9);
        const best = squares(score => isotonicAt(fit, score));
        for (const cut of [-9, -4, 0, 3])
          for (const [low, high] of [
            [0, 1],
            [0.2, 0.9],
            [0.5, 0.5],
          ] as const)
            expect(best).toBeLessThanOrEqual(squares(score => (score > cut ? high : low)) + 1e-9);
      }),
    );
  });
});

describe('Platt scaling', () => {
  test('agrees with a binomial model on the smoothed targets by statsmodels', () => {
    const fit = fitPlatt(golden.scores, golden.correct);
    expect(fit.slope).toBeCloseTo(golden.platt.slope, 8);
    expect(fit.intercept).toBeCloseTo(golden.platt.intercept, 8);
  });

  test('never falls and never is certain, whatever the rows', () => {
    fc.assert(
      fc.property(rows, sample => {
        const fit = fitPlatt(
          sample.map(([score]) => score * 1000),
          sample.map(([, right]) => right),
        );
        expect(fit.slope).toBeGreaterThanOrEqual(0);
        const values = sample.map(([score]) => plattAt(fit, score * 1000));
        for (const value of values) {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThan(1);
        }
      }),
    );
  });

  test('one row, right, gives two thirds: Laplace, not certainty', () => {
    expect(plattAt(fitPlatt([3], [true]), 3)).toBeCloseTo(2 / 3, 12);
  });
});

describe('logistic regression', () => {
  test.each(golden.logistic)('agrees with scikit-learn at ridge $ridge', ({ ridge, weights, intercept }) => {
    const targets = golden.correct.map(right => (right ? 1 : 0));
    const fit = fitLogistic(golden.features, targets, ridge);
    fit.weights.forEach((weight, at) => {
      expect(weight).toBeCloseTo(weights[at]!, 7);
    });
    expect(fit.intercept).toBeCloseTo(intercept, 7);
  });

  test('the derivative of its loss is zero where it stops, also where the classes can be told apart', () => {
    const random = createRandom(5);
    const features = Array.from({ length: 60 }, () => [random.uniform() - 0.5, random.uniform() - 0.5]);
    const targets = features.map(([first = 0]) => (first > 0 ? 1 : 0));
    const fit = fitLogistic(features, targets, 0.01);
    for (const at of [0, 1]) {
      const slope = features.reduce(
        (sum, row, index) => sum + (logisticAt(fit, row) - targets[index]!) * row[at]!,
        0.01 * fit.weights[at]!,
      );
      expect(slope).toBeCloseTo(0, 8);
    }
    expect(sigmoid(linear(fit, features[0]!))).toBe(logisticAt(fit, features[0]!));
  });

  test('what it cannot use is refused', () => {
    expect(() => fitLogistic([], [], 1)).toThrow(RangeError);
    expect(() => fitLogistic([[1], [1, 2]], [0, 1], 1)).toThrow(RangeError);
    expect(() => fitLogistic([[Number.NaN]], [0], 1)).toThrow(RangeError);
    expect(() => fitLogistic([[1]], [2], 1)).toThrow(RangeError);
    expect(() => fitIsotonic([Number.NaN], [true])).toThrow(RangeError);
    expect(() => fitPlatt([1, 2], [true])).toThrow(RangeError);
  });
});

test('a matrix that is not positive definite is not solved', () => {
  expect(
    solve(
      [
        [1, 2],
        [2, 1],
      ],
      [1, 1],
    ),
  ).toBeNull();
  const x = solve(
    [
      [4, 1],
      [1, 3],
    ],
    [1, 2],
  )!;
  expect(4 * x[0]! + x[1]!).toBeCloseTo(1, 12);
  expect(x[0]! + 3 * x[1]!).toBeCloseTo(2, 12);
});
