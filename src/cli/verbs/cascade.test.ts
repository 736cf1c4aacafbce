import { describe, expect, it } from 'vitest';
import type { CascadeCalibrationView, CascadeExplanation, Simulation } from '../../app/app.ts';
import { capturedIo } from '../fixtures/fake-app.ts';
import { runCli } from '../run-cli.ts';

const estimate = (value: number, n = 200) => ({
  value,
  low: value - 0.03,
  high: value + 0.03,
  n,
  method: 'wilson',
  confidence: 0.95,
});

function view(met: boolean): CascadeCalibrationView {
  return {
    file: '.stepdown/cascades/fault-triage-0123abcd/cascade.json',
    runId: '20261124T001500Z-cascade-3fa9c1',
    outcome: 'ran',
    calibration: {
      schemaVersion: 1,
      hash: 'a'.repeat(64),
      createdAt: '2026-11-24T00:15:00.000Z',
      specialist: { name: 'fault-triage', hash: 'b'.repeat(64) },
      datasetHash: 'c'.repeat(64),
      taskKind: 'classify',
      correct: { metric: 'accuracy', atLeast: 1 },
      rows: { calibration: 200, fitted: 0, tested: 190, dependent: 10 },
      score: {
        kind: 'single',
        signals: [{ name: 'probability', transform: 'logit', centre: 0, scale: 1, weight: 1 }],
        intercept: 0,
      },
      calibrator: { kind: 'platt', slope: 1, intercept: 0 },
      rule: { kind: 'error-bound', alpha: 0.05, delta: 0.05 },
      local: met ? { kind: 'above', score: 2.25 } : { kind: 'none' },
      escalateLowConfidence: true,
      goal: {
        met,
        statement: met ? 'At most 5 % of the local answers are wrong.' : 'It takes 86 local answers.',
        evidence: { rows: 190, answered: met ? 120 : 0, errors: 0, upperBound: 0.04, difference: null },
        instead: null,
      },
      help: { verdict: 'unknown', difference: null, explanation: 'There are no answers of it.' },
      scope: { threshold: 0.2, share: 0.01 },
      auditShare: 0.01,
      diagnostics: {
        accuracy: estimate(0.78),
        auroc: estimate(0.83),
        aurc: estimate(0.1),
        calibrationError: 0.041,
        brier: 0.12,
      },
      seed: 0,
    },
  };
}

const simulation: Simulation = {
  rows: 124,
  source: 'the held-out test split (124 rows)',
  calibrationHash: 'a'.repeat(64),
  operating: {
    coverage: estimate(0.4, 124),
    localError: estimate(0.06, 50),
    right: estimate(0.9, 124),
    specialistRight: estimate(0.76, 124),
    largeRight: estimate(0.93, 124),
    costUsdPer1k: 0.6,
    largeCostUsdPer1k: 1,
    reasons: { 'low-confidence': 70, 'out-of-scope': 4 },
  },
  auroc: estimate(0.83),
  aurc: estimate(0.1),
  curve: [0, 0.5, 1].map(coverage => ({
    coverage,
    answered: Math.round(coverage * 124),
    risk: coverage === 0 ? null : estimate(0.24 * coverage),
    right: estimate(0.9),
    costUsdPer1k: 1 - coverage,
  })),
  reliability: [{ low: 0.1, high: 0.6, rows: 62, stated: 0.4, right: 0.5 }],
};

const explanation: CascadeExplanation = {
  specialist: 'fault-triage',
  text: 'Leaking',
  error: null,
  signals: { probability: 0.55, similarity: 0.4 },
  valid: true,
  decision: { route: 'large', reason: 'low-confidence', confidence: 0.56 },
  score: { score: 0.2, parts: [{ name: 'probability', value: 0.55, adds: 0.2 }] },
  local: { kind: 'above', score: 2.25 },
  escalateLowConfidence: true,
  scopeThreshold: 0.2,
  auditShare: 0.01,
};

const tooWide = (text: string) => text.split('\n').filter(line => line.length > 80);

describe('cascade', () => {
  it('shows the promise and what it rests on, and ends with 0', async () => {
    const { io, stdout } = capturedIo({ calibrateCascade: async () => view(true) });
    expect(await runCli(['cascade', 'calibrate'], io)).toBe(0);
    expect(stdout()).toContain('Promised  At most 5 %');
    expect(stdout()).toContain('.stepdown/cascades/fault-triage-0123abcd/cascade.json');
    expect(tooWide(stdout())).toEqual([]);
  });

  it('ends with 5 where the rows cannot show it, as text and as JSON', async () => {
    for (const flags of [[], ['--json']]) {
      const { io, stdout } = capturedIo({ calibrateCascade: async () => view(false) });
      expect(await runCli(['cascade', 'calibrate', ...flags], io)).toBe(5);
      expect(stdout()).toContain('It takes 86 local answers.');
    }
  });

  it('passes files on as absolute paths', async () => {
    let given: unknown;
    const { io } = capturedIo({
      calibrateCascade: async options => {
        given = options;
        return view(true);
      },
    });
    await runCli(['cascade', 'calibrate', '--large-answers', 'large.jsonl', '--force', '--alias', 'a'], io);
    expect(given).toEqual({ largeAnswers: '/work/large.jsonl', force: true, alias: 'a' });
  });

  it('draws the simulation within 80 columns', async () => {
    const { io, stdout } = capturedIo({ simulateCascade: async () => simulation });
    expect(await runCli(['cascade', 'simulate'], io)).toBe(0);
    for (const text of ['low-confidence 70', '$0.60', '0.400 → 0.500', 'never choose'])
      expect(stdout()).toContain(text);
    expect(tooWide(stdout())).toEqual([]);
  });

  it('explains one decision, of a text or of standard input', async () => {
    for (const [words, input] of [
      [['pump leaks'], null],
      [[], 'pump leaks\n'],
    ] as const) {
      let asked = '';
      const { io, stdout } = capturedIo(
        {
          explainCascade: async text => {
            asked = text;
            return explanation;
          },
        },
        { input },
      );
      expect(await runCli(['cascade', 'explain', ...words], io)).toBe(0);
      expect(asked).toBe('pump leaks');
      expect(stdout()).toContain('Escalated  not sure enough');
      // Only what would be answered locally is drawn for the audit.
      expect(stdout()).not.toContain('audit');
      expect(tooWide(stdout())).toEqual([]);
    }
  });

  it('says that there is nothing to explain before anything is loaded', async () => {
    const { io, opened } = capturedIo({}, { input: null });
    expect(await runCli(['cascade', 'explain'], io)).toBe(2);
    expect(opened).toEqual([]);
  });
});
