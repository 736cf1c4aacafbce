import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusterRows } from '../clusters/clusters.ts';
import golden from '../fixtures/learning-curve.json' with { type: 'json' };
import { createRandom } from '../random/random.ts';
import {
  asymptoteOf,
  type FittedCurve,
  fitCurve,
  forecast,
  forecastGain,
  furthest,
  reachOf,
} from './fit-curve.ts';
import { fitPowerLaw, type PowerLaw, rowsForScore, scoreAt } from './power-law.ts';
import { type MeasuredSize, resampleCurve } from './resample-curve.ts';

const sizes = [50, 100, 200, 400, 800, 1600];

describe('the inverse power law', () => {
  test('is fitted as scipy fits it, with and without weights, and at the bound of the asymptote', () => {
    expect(golden.cases.length).toBeGreaterThan(5);
    for (const { rows, score, weight, residual, ...expected } of golden.cases) {
      const law = fitPowerLaw(rows.map((n, at) => ({ rows: n, score: score[at]!, weight: weight[at]! })));
      const left = rows.reduce((sum, n, at) => sum + weight[at]! * (score[at]! - scoreAt(law, n)) ** 2, 0);
      expect(left).toBeLessThanOrEqual(residual * (1 + 1e-6) + 1e-12);
      for (const n of [20, 100, 3200, 10_000]) expect(scoreAt(law, n)).toBeCloseTo(scoreAt(expected, n), 3);
      expect(law.exponent).toBeCloseTo(expected.exponent, 2);
      expect(law.asymptote).toBeCloseTo(expected.asymptote, 2);
    }
  });

  test('comes back from its own values, never falls with more rows, and never ends above the ceiling', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 1, noNaN: true }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        fc.double({ min: 0.15, max: 1, noNaN: true }),
        (asymptote, amplitude, exponent) => {
          const law: PowerLaw = { asymptote, amplitude, exponent };
          const found = fitPowerLaw(sizes.map(rows => ({ rows, score: scoreAt(law, rows), weight: rows })));
          for (const rows of [...sizes, 3200])
            expect(scoreAt(found, rows)).toBeCloseTo(scoreAt(law, rows), 4);
          expect(scoreAt(found, 2000)).toBeGreaterThanOrEqual(scoreAt(found, 1000));
          expect(found.asymptote).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('stays flat or falls flat where scores do not rise', () => {
    const law = fitPowerLaw(sizes.map((rows, at) => ({ rows, score: 0.8 - 0.01 * at, weight: 1 })));
    expect(law.amplitude).toBe(0);
    expect(scoreAt(law, 10)).toBe(scoreAt(law, 1e6));
    expect(rowsForScore(law, 0.9)).toBeNull();
  });

  test('gives the rows at which it reaches a score', () => {
    const law = { asymptote: 0.9, amplitude: 2, exponent: 0.5 };
    expect(scoreAt(law, rowsForScore(law, 0.8)!)).toBeCloseTo(0.8, 12);
    expect(rowsForScore(law, 0.9)).toBeNull();
  });

  test('is refused to samples that carry none', () => {
    const sample = { rows: 10, score: 0.5, weight: 1 };
    expect(() => fitPowerLaw([sample, sample])).toThrow(RangeError);
    expect(() => fitPowerLaw([sample, { ...sample, rows: 20, weight: 0 }])).toThrow(RangeError);
    expect(() => fitPowerLaw([sample, { ...sample, rows: 20, score: Number.NaN }])).toThrow(RangeError);
    expect(() => fitCurve([1, 2, 3], { observed: [0, 0, 0], drawn: [] }, { scoredRows: 1, seed: 1 })).toThrow(
      RangeError,
    );
  });
});

/** Models whose answers to each row are right with the probability that the law gives, row by row independently. */
function simulated(law: PowerLaw, rowCount: number, seed: number): MeasuredSize[] {
  const random = createRandom(seed);
  const hardness = Array.from({ length: rowCount }, () => random.uniform());
  const heldOut = hardness.map((_, row) => row);
  return sizes.map(rows => {
    const right = hardness.map(hard => (hard < scoreAt(law, rows) ? 1 : 0));
    return {
      rows,
      cells: [
        {
          heldOut,
          statistic: positions =>
            Array.from(positions, at => right[at]!).reduce<number>((sum, value) => sum + value, 0) /
            positions.length,
        },
      ],
    };
  });
}

function curveOf(law: PowerLaw, rowCount: number, seed: number): FittedCurve {
  const scores = resampleCurve(simulated(law, rowCount, seed), clusterRows(rowCount), { draws: 60, seed });
  return fitCurve(sizes, scores, { scoredRows: rowCount, seed });
}

describe('the forecast', () => {
  const law = { asymptote: 0.92, amplitude: 2.2, exponent: 0.5 };

  test('holds the true score at twice the rows about as often as it says', () => {
    let held = 0;
    const trials = 20;
    for (let seed = 1; seed <= trials; seed++) {
      const { low, high } = forecast(curveOf(law, 300, seed), 3200);
      const truth = scoreAt(law, 3200);
      if (low <= truth && truth <= high) held++;
    }
    expect(held / trials).toBeGreaterThanOrEqual(0.85);
  });

  test('has an interval that contains its value, is narrower with more rows, and is the same for the same seed', () => {
    const few = forecast(curveOf(law, 200, 3), 3200);
    const many = forecast(curveOf(law, 3000, 3), 3200);
    for (const { value, low, high } of [few, many, forecastGain(curveOf(law, 200, 3), 1600, 3200)]) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
    }
    expect(many.high - many.low).toBeLessThan(few.high - few.low);
    expect(forecast(curveOf(law, 200, 3), 3200)).toEqual(few);
  });

  test('says reached, how many rows, never, or that it cannot tell', () => {
    const curve = curveOf(law, 3000, 5);
    expect(reachOf(curve, 0.7, 1600).outcome).toBe('reached');
    const reach = reachOf(curve, 0.88, 1600);
    expect(reach.outcome).toBe('rows');
    expect(reach.rows!.low).toBeLessThanOrEqual(rowsForScore(law, 0.88)!);
    expect(reach.rows!.high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(rowsForScore(law, 0.88)!);
    expect(reachOf(curve, 1, 1600).outcome).toBe('never');
    const end = asymptoteOf(curve);
    expect(reachOf(curve, (end.value + end.high) / 2, 1600).outcome).toBe('not-enough-evidence');
    expect(furthest).toBeGreaterThan(2);
  });
});

test('rows of one group are drawn together, so that they widen the interval as fewer rows would', () => {
  const law = { asymptote: 0.92, amplitude: 2.2, exponent: 0.5 };
  const measured = simulated(law, 400, 9);
  const spread = (groups: readonly string[] | null) => {
    const { drawn } = resampleCurve(measured, clusterRows(400, groups), { draws: 150, seed: 2 });
    const last = drawn.map(draw => draw.at(-1)!);
    return Math.max(...last) - Math.min(...last);
  };
  // Sorting rows by hardness makes groups of equal rows.
  const order = Array.from({ length: 400 }, (_, row) => row);
  const right = (row: number) => measured.at(-1)!.cells[0]!.statistic([row]);
  const ranked = order.toSorted((a, b) => right(a) - right(b));
  const groups = order.map(row => String(Math.floor(ranked.indexOf(row) / 20)));
  expect(spread(groups)).toBeGreaterThan(1.5 * spread(null));
});
