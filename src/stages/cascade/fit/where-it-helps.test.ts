import { describe, expect, test } from 'vitest';
import { options } from '../fixtures/fit-options.ts';
import { makeRows } from '../fixtures/rows.ts';
import { fitCalibration } from './fit-calibration.ts';

describe('escalating only where it helps', () => {
  test('keeps unsure answers local where the large model is no better there, and promises no bound then', () => {
    const fitted = fitCalibration(
      makeRows({ count: 300, seed: 9, from: 0.5, chance: p => (p > 0.8 ? 0.995 : 0.6), largeRight: 0.3 }),
      options,
    );
    expect(fitted.help.verdict).toBe('no-better');
    expect(fitted.escalateLowConfidence).toBe(false);
    expect(fitted.goal.met).toBe(false);
    expect(fitted.goal.statement).toContain('no better');
  });

  test('escalates where it is better, where that is not shown, and where nothing is known', () => {
    const making = { count: 300, seed: 10, from: 0.5, chance: (p: number) => (p > 0.8 ? 0.995 : 0.6) };
    const helped = fitCalibration(makeRows({ ...making, largeRight: 0.99 }), options);
    expect(helped.help.verdict).toBe('helps');
    expect(helped.escalateLowConfidence).toBe(true);
    expect(helped.goal.met).toBe(true);
    expect(fitCalibration(makeRows(making), options)).toMatchObject({
      help: { verdict: 'unknown', difference: null },
      escalateLowConfidence: true,
    });
  });
});
