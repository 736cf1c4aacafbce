import { describe, expect, test } from 'vitest';
import type { CascadeCalibration } from '../calibration.ts';
import { fitCalibration } from '../fit/fit-calibration.ts';
import { makeRows } from '../fixtures/rows.ts';
import { reliabilityBins } from './reliability.ts';
import { simulateCascade } from './simulate.ts';

const making = { count: 300, from: 0.6, largeRight: 0.95 };
const calibration: CascadeCalibration = {
  schemaVersion: 1,
  hash: 'a'.repeat(64),
  createdAt: '2026-11-24T00:00:00.000Z',
  specialist: { name: 'made-up', hash: 'b'.repeat(64) },
  datasetHash: 'c'.repeat(64),
  taskKind: 'classify',
  correct: { metric: 'accuracy', atLeast: 1 },
  ...fitCalibration(makeRows({ ...making, seed: 1 }), {
    taskKind: 'classify',
    rule: { kind: 'budget', maxEscalatedShare: 0.4 },
    scope: null,
    auditShare: 0,
    seed: 1,
    resamples: 100,
  }),
};
const simulate = (rows = makeRows({ ...making, seed: 2 })) =>
  simulateCascade(calibration, rows, { source: 'made-up rows', seed: 1, resamples: 100 });

describe('the simulation', () => {
  test('the operating point is what the policy does, with what it costs', () => {
    const { operating } = simulate();
    const escalated = operating.reasons['low-confidence']!;
    expect(operating.coverage.value).toBeCloseTo(1 - escalated / 300, 12);
    expect(operating.coverage.value).toBeGreaterThan(0.5);
    expect(operating.coverage.value).toBeLessThan(0.7);
    expect(operating.costUsdPer1k).toBeCloseTo((2 * escalated) / 300, 9);
    expect(operating.largeCostUsdPer1k).toBeCloseTo(2, 9);
    expect(operating.right!.value).toBeGreaterThan(operating.specialistRight.value);
  });

  test('the curve runs from the large model alone to the specialist alone', () => {
    const { curve, operating } = simulate();
    expect(curve[0]).toMatchObject({ coverage: 0, risk: null });
    expect(curve[0]!.right!.value).toBe(operating.largeRight!.value);
    expect(curve.at(-1)!.coverage).toBe(1);
    expect(curve.at(-1)!.right!.value).toBe(operating.specialistRight.value);
    expect(curve.at(-1)!.costUsdPer1k).toBe(0);
    curve.forEach((point, at) => {
      if (at > 0) expect(point.coverage).toBeGreaterThan(curve[at - 1]!.coverage);
    });
  });

  test('what is not known is null: without answers of the large model no quality and no cost', () => {
    const { operating, curve } = simulate(makeRows({ count: 100, seed: 3 }));
    expect(operating).toMatchObject({ right: null, largeRight: null, costUsdPer1k: null });
    expect(curve.at(-1)!.right!.n).toBe(100);
    expect(curve[1]!.right).toBeNull();
  });

  test('failed rows are escalated and never among the scored', () => {
    const rows = makeRows({ ...making, seed: 4 }).map((row, at) => ({
      ...row,
      failed: at < 30,
      correct: at >= 30 && row.correct,
    }));
    const { operating, auroc } = simulate(rows);
    expect(operating.reasons['specialist-failed']).toBe(30);
    expect(auroc!.n).toBe(270);
  });
});

test('the reliability bins hold every row once, in order, and equal confidences together', () => {
  const confidences = [0.1, 0.1, 0.1, 0.4, 0.8, 0.9, 0.9, 1];
  const bins = reliabilityBins(
    confidences,
    confidences.map(value => value > 0.3),
    4,
  );
  expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(8);
  expect(bins[0]).toMatchObject({ low: 0.1, high: 0.1, rows: 3, right: 0 });
  bins.forEach((bin, at) => {
    if (at > 0) expect(bin.low).toBeGreaterThan(bins[at - 1]!.high);
  });
});
