import { describe, expect, test } from 'vitest';
import { options } from '../fixtures/fit-options.ts';
import { makeRows } from '../fixtures/rows.ts';
import { fitCalibration } from './fit-calibration.ts';
import { whereItHelps } from './where-it-helps.ts';

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

  /** So many unsure rows of each kind: the large model alone right, the specialist alone, both. */
  const unsure = (large: number, local: number, both: number) => {
    const rows = [
      ...Array.from({ length: large }, () => [false, true]),
      ...Array.from({ length: local }, () => [true, false]),
      ...Array.from({ length: both }, () => [true, true]),
    ].map(([correct, largeCorrect], at) => ({
      ...makeRows({ count: 1, seed: at })[0]!,
      correct: correct!,
      largeCorrect: largeCorrect!,
    }));
    return { rows, scores: rows.map(() => 0), otherScores: null, knownThresholds: null };
  };

  test('takes a few rows that came out alike for no evidence: a bound is not given up for them', () => {
    const none = { kind: 'none' } as const;
    expect(whereItHelps(unsure(0, 0, 30), none, true).verdict).toBe('unproven');
    expect(whereItHelps(unsure(3, 4, 30), none, true).verdict).toBe('unproven');
    expect(whereItHelps(unsure(0, 0, 200), none, true).verdict).toBe('no-better');
    expect(whereItHelps(unsure(9, 0, 200), none, true).verdict).toBe('helps');
  });

  test('escalates under match-large all the same: its margin was tested, and not shown, with more local answers', () => {
    // Surely better on 12 of 400 sure rows; of 399 unsure ones each is right alone on 40.
    const rows = makeRows({ count: 799, seed: 9 }).map((row, at) => {
      const probability = (at < 400 ? 0.9 : 0.5) + at / 10_000;
      const correct = at < 400 || at % 10 !== 0;
      const largeCorrect = at < 400 ? at % 33 !== 0 : at % 10 !== 1;
      const signals = { probability, margin: null, entropy: null, similarity: null };
      return { ...row, signals, correct, largeCorrect };
    });
    const rule = { kind: 'match-large' as const, margin: 0, delta: 0.1 };
    expect(fitCalibration(rows, { ...options, rule, validation: [] })).toMatchObject({
      local: { kind: 'above' },
      help: { verdict: 'no-better' },
      escalateLowConfidence: true,
      goal: { met: true },
    });
  });

  test('says what happens where nothing can be promised: all is escalated, or kept where that gains nothing', () => {
    const making = { count: 300, seed: 9, from: 0.5, chance: () => 0.6 };
    const escalated = fitCalibration(makeRows({ ...making, largeRight: 0.9 }), options);
    expect(escalated.goal.statement).toMatch(/cannot be promised.*So every request is escalated\.$/);
    const kept = fitCalibration(makeRows({ ...making, largeRight: 0.3 }), options);
    expect(kept).toMatchObject({ escalateLowConfidence: false, goal: { met: false } });
    // What the rows showed of local answers is of all that are given now.
    const errors = Math.round(300 * (1 - kept.diagnostics.accuracy.value));
    expect(kept.goal.evidence).toMatchObject({ rows: 300, answered: 300, errors, upperBound: null });
    expect(kept.goal.statement).not.toContain('every request is escalated');
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
