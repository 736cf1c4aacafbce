import { describe, expect, test } from 'vitest';
import { DataError } from '../../../core/errors/index.ts';
import { createRandom } from '../../../stats/random/random.ts';
import { options } from '../fixtures/fit-options.ts';
import { makeRows } from '../fixtures/rows.ts';
import { createCascadePolicy } from '../policy.ts';
import { chooseRegion, fitCalibration } from './fit-calibration.ts';
import type { ScoredRow } from './rows.ts';

/** Share local and share wrong among local answers of fresh rows. */
function outcome(fitted: Parameters<typeof createCascadePolicy>[0], rows: readonly ScoredRow[]) {
  const policy = createCascadePolicy(fitted);
  const local = rows.filter(
    ({ signals, valid }) => policy.decide({ signals, valid, failure: null, draw: 0.5 }).route === 'local',
  );
  return {
    share: local.length / rows.length,
    wrong: local.filter(row => !row.correct).length / local.length,
  };
}

describe('the rule error-bound', () => {
  test('with many rows combines signals, keeps its promise on fresh rows, and answers much', () => {
    const fitted = fitCalibration(makeRows({ count: 2400, seed: 1, from: 0.5 }), options);
    expect(fitted.score.kind).toBe('combined');
    expect(fitted.rows).toMatchObject({
      calibration: 2400,
      fitted: 400,
      fittedOn: 'calibration',
      tested: 2000,
    });
    expect(fitted.calibrator.kind).toBe('isotonic');
    expect(fitted.goal.met).toBe(true);
    const { share, wrong } = outcome(fitted, makeRows({ count: 3000, seed: 2, from: 0.5 }));
    // Calibrated and even: 10 % wrong among the surest 40 %.
    expect(wrong).toBeLessThan(0.12);
    expect(share).toBeGreaterThan(0.2);
  });

  test('where validation rows can guide, they fit the score and all calibration rows test', () => {
    const validation = makeRows({ count: 300, seed: 21, from: 0.8 });
    const fitted = fitCalibration(makeRows({ count: 600, seed: 1, from: 0.8 }), { ...options, validation });
    expect(fitted.score.kind).toBe('combined');
    expect(fitted.rows).toMatchObject({ fitted: 300, fittedOn: 'validation', tested: 600 });
    expect(fitted.goal).toMatchObject({ met: true, evidence: { rows: 600 } });
    // How the answers to tested rows came out changes nothing of the score.
    const wrong = makeRows({ count: 600, seed: 1, from: 0.8, chance: () => 0.5 });
    expect(fitCalibration(wrong, { ...options, validation }).score).toEqual(fitted.score);
  });

  test.each([0, 40, 60, 300])('more rows never promise markedly less, with %i validation rows', guides => {
    const draws = 60;
    let [most, widest] = [0, 0];
    for (const count of [100, 200, 300, 400, 799, 800]) {
      let promised = 0;
      let local = 0;
      for (let draw = 0; draw < draws; draw++) {
        const rows = makeRows({ count, seed: 1 + draw, from: 0.6, chance: p => (p > 0.7 ? 0.97 : 0.6) });
        const validation = makeRows({
          count: guides,
          seed: 5000 + draw,
          from: 0.6,
          chance: p => (p > 0.7 ? 0.97 : 0.6),
        });
        const { outcome } = chooseRegion(rows, { ...options, validation });
        if (outcome.goal.met) promised++;
        local += outcome.goal.evidence.answered / outcome.goal.evidence.rows;
      }
      // Two shares of 60 draws differ by less than 0.27 by chance alone, with 99.7 %.
      expect(promised / draws).toBeGreaterThan(most - 0.2);
      expect(local / draws).toBeGreaterThan(widest - 0.25);
      most = Math.max(most, promised / draws);
      widest = Math.max(widest, local / draws);
    }
    expect(most).toBeGreaterThan(0.95);
  });

  test('with few rows takes one signal as it is and all rows to test', () => {
    const fitted = fitCalibration(makeRows({ count: 200, seed: 3, from: 0.8 }), options);
    expect(fitted.score).toMatchObject({ kind: 'single', signals: [{ name: 'probability' }] });
    expect(fitted.rows).toMatchObject({ fitted: 0, tested: 200 });
    expect(fitted.calibrator.kind).toBe('platt');
  });

  test('rests on agreement alone where an engine gives no log-probabilities', () => {
    const rows = makeRows({ count: 900, seed: 5 }).map((row, at) => {
      const agreement = at % 2;
      const correct = agreement === 1 ? at % 60 !== 1 : at % 4 === 0;
      return { ...row, signals: { probability: null, margin: null, entropy: null, agreement }, correct };
    });
    const fitted = fitCalibration(rows, options);
    expect(fitted.score).toMatchObject({ kind: 'single', signals: [{ name: 'agreement' }] });
    expect(fitted.goal.met).toBe(true);
    const { share, wrong } = outcome(fitted, rows);
    expect(share).toBe(0.5);
    expect(wrong).toBeLessThan(0.1);
  });

  /** Four of five answers agree with their second; those that do are wrong at a rate of `wrong`, the others of 0.6. */
  const agreeing = (count: number, seed: number, wrong = 0.02) => {
    const random = createRandom(seed);
    return makeRows({ count, seed }).map(row => {
      const agreement = random.uniform() < 0.8 ? 1 : 0;
      const correct = random.uniform() >= (agreement === 1 ? wrong : 0.6);
      return { ...row, signals: { probability: null, margin: null, entropy: null, agreement }, correct };
    });
  };

  test('keeps to agreement with few rows too: its scale gives the threshold, and none is spent on finding it', () => {
    const fitted = fitCalibration(agreeing(120, 6), options);
    expect(fitted).toMatchObject({
      score: { kind: 'single', signals: [{ name: 'agreement' }] },
      rows: { fitted: 0, tested: 120 },
      local: { kind: 'above' },
      goal: { met: true },
    });
    const { share, wrong } = outcome(fitted, agreeing(3000, 7));
    expect(share).toBeCloseTo(0.8, 1);
    expect(wrong).toBeLessThan(0.1);
  });

  test('answers everything where all answers agree and few are wrong', () => {
    const rows = agreeing(100, 8).map(row => ({
      ...row,
      signals: { ...row.signals, agreement: 1 },
      correct: true,
    }));
    expect(fitCalibration(rows, options)).toMatchObject({ local: { kind: 'all' }, goal: { met: true } });
  });

  test('breaks its promise on agreement in at most a share delta of calibrations', () => {
    // Ten of a hundred agreeing answers are wrong: a promise of at most 9 % is broken whenever it is made.
    const rule = { kind: 'error-bound' as const, alpha: 0.09, delta: 0.1 };
    const calibrations = 300;
    let broken = 0;
    for (let seed = 0; seed < calibrations; seed++)
      if (chooseRegion(agreeing(100, 500 + seed, 0.1), { ...options, rule }).outcome.goal.met) broken++;
    expect(broken / calibrations).toBeLessThan(0.1 + 3 * Math.sqrt(0.09 / calibrations));
  });

  test('breaks its promise in at most a share delta of calibrations, few rows and many, guided or not', () => {
    const fresh = makeRows({ count: 3000, seed: 99, from: 0.7 });
    for (const [count, guides, calibrations] of [
      [120, 0, 25],
      [120, 60, 25],
      [800, 0, 8],
      [450, 200, 8],
    ] as const) {
      let broken = 0;
      for (let seed = 0; seed < calibrations; seed++) {
        const validation = makeRows({ count: guides, seed: 7000 + seed, from: 0.7 });
        const rows = makeRows({ count, seed: 1000 + seed, from: 0.7 });
        const fitted = fitCalibration(rows, { ...options, validation });
        if (fitted.local.kind !== 'none' && outcome(fitted, fresh).wrong > 0.1 + 0.01) broken++;
      }
      // Three standard errors above 0.1.
      expect(broken / calibrations).toBeLessThan(0.1 + 3 * Math.sqrt(0.09 / calibrations));
    }
  }, 60_000);

  test.each([
    { kind: 'error-bound' as const, alpha: 0.1, delta: 0.1 },
    { kind: 'match-large' as const, margin: 0.02, delta: 0.1 },
    { kind: 'budget' as const, maxEscalatedShare: 0.2 },
  ])('is refused with a hint where no row can be scored: $kind', rule => {
    expect(() => fitCalibration([], { ...options, rule })).toThrow(
      expect.objectContaining({ code: 'calibration-rows-unscorable' }),
    );
  });

  test('with too few rows promises nothing, escalates everything, and says what could be', () => {
    const rows = makeRows({ count: 30, seed: 5, from: 0.95, chance: () => 1 });
    const fitted = fitCalibration(rows, {
      ...options,
      rule: { kind: 'error-bound', alpha: 0.05, delta: 0.05 },
    });
    expect(fitted.local).toEqual({ kind: 'none' });
    expect(fitted.goal.met).toBe(false);
    expect(fitted.goal.statement).toContain('it takes 86 local answers');
    const { smallestAlpha, rowsNeeded } = fitted.goal.instead!;
    expect(smallestAlpha).toBeGreaterThan(0.05);
    expect(rowsNeeded).toBeGreaterThanOrEqual(86);
    const again = fitCalibration(rows, {
      ...options,
      rule: { kind: 'error-bound', alpha: smallestAlpha!, delta: 0.05 },
    });
    expect(again.goal.met).toBe(true);
  });

  test('says that more rows would not help where even the surest answers are wrong too often', () => {
    const fitted = fitCalibration(makeRows({ count: 300, seed: 6, chance: () => 0.5 }), options);
    expect(fitted.goal).toMatchObject({ met: false, instead: { rowsNeeded: null } });
    expect(fitted.goal.statement).toContain('More rows like these would not help');
  });

  test('never answers invalid rows locally, and does not let them into the bound', () => {
    const rows = makeRows({ count: 300, seed: 7, from: 0.97 }).map((row, at) =>
      at % 3 === 0 ? { ...row, valid: false, correct: false } : row,
    );
    const fitted = fitCalibration(rows, options);
    expect(fitted.goal.met).toBe(true);
    expect(fitted.goal.evidence.answered).toBeLessThanOrEqual(200);
  });

  test('takes one row of a group, as rows of a group are no independent draws', () => {
    const rows = makeRows({ count: 300, seed: 8, from: 0.9 }).map((row, at) => ({
      ...row,
      group: `machine-${at % 100}`,
    }));
    expect(fitCalibration(rows, options).rows).toMatchObject({
      calibration: 300,
      tested: 100,
      dependent: 200,
    });
  });
});

describe('the rule match-large', () => {
  const rule = { kind: 'match-large' as const, margin: 0.05, delta: 0.05 };

  test('answers locally as much as the margin allows', () => {
    const fitted = fitCalibration(
      makeRows({ count: 350, seed: 11, from: 0.7, chance: p => (p > 0.85 ? 0.99 : 0.7), largeRight: 0.97 }),
      { ...options, rule },
    );
    expect(fitted.goal.met).toBe(true);
    expect(fitted.local.kind).toBe('above');
    expect(fitted.goal.evidence.difference!.low).toBeGreaterThan(-0.05);
  });

  test('says which margin could be shown where none of the asked can', () => {
    const fitted = fitCalibration(
      makeRows({ count: 350, seed: 12, from: 0.7, chance: () => 0.5, largeRight: 0.99 }),
      { ...options, rule: { ...rule, margin: 0.001 } },
    );
    expect(fitted.goal.met).toBe(false);
    expect(fitted.goal.instead!.smallestMargin).toBeGreaterThan(0.001);
  });

  test('without the large model’s answers it cannot be applied', () => {
    expect(() => fitCalibration(makeRows({ count: 100, seed: 1 }), { ...options, rule })).toThrow(DataError);
  });
});

describe('the rule budget', () => {
  test('escalates the share that is allowed, the least sure answers, audits included', () => {
    const rows = makeRows({ count: 300, seed: 13, from: 0.2 });
    const rule = { kind: 'budget' as const, maxEscalatedShare: 0.3 };
    const fitted = fitCalibration(rows, { ...options, rule });
    expect(fitted.goal).toMatchObject({ met: true, evidence: { answered: 210 } });
    const audited = fitCalibration(rows, { ...options, rule, auditShare: 0.1 });
    const share = audited.goal.evidence.answered / 300;
    expect(1 - share + share * 0.1).toBeLessThanOrEqual(0.3 + 1e-9);
  });

  test('turns money into a share by what the recorded answers cost', () => {
    const rows = makeRows({ count: 300, seed: 14, from: 0.2, largeRight: 0.99 });
    const rule = { kind: 'budget' as const, maxCostUsdPer1k: 0.5 };
    expect(fitCalibration(rows, { ...options, rule }).goal.evidence.answered).toBe(225);
    expect(() => fitCalibration(makeRows({ count: 300, seed: 14 }), { ...options, rule })).toThrow(
      expect.objectContaining({ code: 'large-price-unknown' }),
    );
  });

  test('says how much it takes at least where invalid answers alone exceed it', () => {
    const rows = makeRows({ count: 100, seed: 15 }).map((row, at) => ({ ...row, valid: at >= 20 }));
    const fitted = fitCalibration(rows, { ...options, rule: { kind: 'budget', maxEscalatedShare: 0.1 } });
    expect(fitted.goal).toMatchObject({ met: false });
    expect(fitted.goal.instead!.smallestShare).toBeCloseTo(0.2, 12);
  });
});

test('rows without any signal are an error that names what is needed', () => {
  const rows = makeRows({ count: 50, seed: 16 }).map(row => ({
    ...row,
    signals: { probability: null, margin: null, entropy: null, similarity: null },
  }));
  expect(() => fitCalibration(rows, options)).toThrow(
    expect.objectContaining({ code: 'calibration-signals-missing' }),
  );
});
