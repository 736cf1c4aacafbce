import { describe, expect, it } from 'vitest';
import type { DoctorCheck, ModelView } from '../../../app/app.ts';
import { estimate, exampleEvaluation, exampleGate } from '../../../core/fixtures/evaluation.ts';
import type { RunRecord } from '../../../core/run-record.ts';
import { emptyPipelineResult } from '../../fixtures/fake-app.ts';
import { createScreen } from '../screen.ts';
import { doctorScreen } from './doctor.ts';
import { evaluationScreen, gateText } from './evaluation.ts';
import { modelScreen } from './models.ts';
import { pipelineScreen } from './pipeline.ts';
import { runScreen, runsScreen } from './runs.ts';
import { systemsTable } from './systems.ts';

const screen = createScreen({ columns: 80, colour: false });
const evaluation = exampleEvaluation();
const base = evaluation.systems.find(({ id }) => id === 'base')!;

const run: RunRecord = {
  schemaVersion: 1,
  id: '20261124T001500Z-evaluate-3fa9c1',
  stage: 'train',
  status: 'failed',
  startedAt: '2026-11-24T00:15:00Z',
  endedAt: '2026-11-24T00:18:24Z',
  inputHash: 'ab'.repeat(32),
  parameters: { effort: 'quick', hyperparameters: { rank: 16, note: 'x'.repeat(300) } },
  inputs: [
    { kind: 'dataset', path: `${'deep/'.repeat(30)}rows`, sha256: 'c'.repeat(64), sizeBytes: 210_000 },
  ],
  outputs: [],
  result: null,
  environment: { node: 'v20' },
  seeds: {},
  error: {
    code: 'out-of-memory',
    message: 'Too little memory. '.repeat(12),
    hint: 'Take less.',
    details: {},
  },
};

describe('the evaluation screen', () => {
  it('shows every measured value with its interval and rows', () => {
    const text = evaluationScreen(screen, evaluation);
    expect(text).toContain('0.780  [0.710, 0.850]   124');
    expect(text).toContain('+0.760 [+0.690, +0.830] (n=124), p = <0.001; won 95, lost 1');
    expect(text).toContain('difference  -0.030 [-0.070, +0.010] (n=240)');
    expect(text).not.toContain('Says little');
    expect(text).toContain('Parity  pass  trainer and served file differ on 1 of 124 rows');
    expect(text).toContain('Q8_0 (picked)');
  });

  it('says what was not checked and what says little, and why', () => {
    const text = evaluationScreen(screen, {
      ...evaluation,
      parity: null,
      parityNotChecked: 'evaluate.parity.enabled is false',
      forgetting: { ...evaluation.forgetting!, informative: false },
    });
    expect(text).toContain('Parity  not checked: evaluate.parity.enabled is false');
    expect(text.replace(/\s+/g, ' ')).toContain('Says little: the base is near chance (0.250)');
  });

  it('stays within 80 columns', () => {
    const unchecked = {
      ...evaluation,
      parity: null,
      parityNotChecked: 'a reason that takes more than one line, and then some words more to be sure of it',
      forgetting: { ...evaluation.forgetting!, informative: false },
    };
    const result = { ...emptyPipelineResult, evaluation, specialistDir: '.stepdown/specialists/x' };
    for (const text of [
      evaluationScreen(screen, evaluation),
      evaluationScreen(screen, unchecked),
      pipelineScreen(screen, result),
    ]) {
      expect(text.split('\n').filter(line => line.length > 80)).toEqual([]);
    }
  });

  it('says of an undecided gate once how many rows would be enough, as its explanation does', () => {
    const gate = exampleGate('not-enough-rows', 'Too wide. About 180 rows would be enough.');
    expect(gateText(screen, gate)).toBe(
      'Gate  NOT ENOUGH ROWS  better-than-linear\n      Too wide. About 180 rows would be enough.',
    );
  });

  it('shows a system that could not be scored as such, not as zero', () => {
    const unscored = { ...base, metrics: { accuracy: estimate(0, 0, 0) } };
    expect(systemsTable(screen, [unscored], 'accuracy').split('\n')[1]).toMatch(/untuned +- +- +0 /);
  });

  it('shows the whole name of a system, however long: names often differ at their ends', () => {
    const named = (title: string) => ({ ...base, title, costUsdPer1000: 0.42 });
    const shown = systemsTable(
      screen,
      [named('SmolLM2 135M Instruct untuned'), named('SmolLM2 135M Instruct untuned, kept to the labels')],
      'accuracy',
    );
    expect(shown.replace(/\s+/g, ' ')).toMatch(/SIZE.*kept.*labels/);
    expect(shown).not.toContain('…');
    expect(Math.max(...shown.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
  });

  it('names the coverage that was asked for', () => {
    const metrics = { accuracy: { ...estimate(0.8), confidence: 0.9 } };
    expect(systemsTable(screen, [{ ...base, metrics }], 'accuracy')).toContain('90% INTERVAL');
  });

  it('shows costs only where a price is known', () => {
    expect(systemsTable(screen, [base], 'accuracy')).not.toContain('$/1000');
    expect(systemsTable(screen, [base, { ...base, costUsdPer1000: 0.42 }], 'accuracy')).toContain('$0.42');
  });
});

describe('other screens', () => {
  it('keep a long run record within 80 columns but for paths that are to be copied', () => {
    const lines = runScreen(screen, run)
      .split('\n')
      .filter(line => line.length > 80);
    expect(lines.filter(line => !/x{80}|deep\/deep/.test(line))).toEqual([]);
  });

  it('show the parameters of a run by dotted key, in words that a line can be broken between', () => {
    const systems = Array.from({ length: 12 }, (_, at) => `system-${at}`);
    const schema = {
      type: 'object',
      properties: Object.fromEntries(systems.map(id => [id, { type: 'string' }])),
    };
    const parameters = {
      evaluate: { systems, parity: { rows: 200 }, gates: [] },
      task: { schema },
      large: null,
    };
    const shown = runScreen(screen, { ...run, parameters });
    expect(shown).toMatch(/^ {2}evaluate\.parity\.rows +200$/m);
    expect(shown).toMatch(/^ {2}evaluate\.systems +system-0, system-1, /m);
    expect(shown).toMatch(/^ {2}large +null$/m);
    const added = shown.split('\n').filter(line => /system-|string/.test(line));
    expect(Math.max(...added.map(line => line.length))).toBeLessThanOrEqual(80);
  });

  it('count the runs that are not shown', () => {
    expect(runsScreen(screen, [run], 12)).toContain('11 older: --limit 12');
    expect(runsScreen(screen, [], 0)).toBe('No runs yet. stepdown run makes the first.');
    expect(runsScreen(screen, [], 0, ['data', 'train'])).toBe(
      'None of that stage. There are runs of: data, train',
    );
  });

  it('say what to do about each thing that is missing', () => {
    const checks: DoctorCheck[] = [
      { id: 'node', status: 'ok', found: 'Node 20', hint: null },
      { id: 'python', status: 'missing', found: 'none', hint: 'Install Python 3.10 or newer.' },
    ];
    expect(doctorScreen(screen, checks)).toBe(
      [
        '  ok       node    Node 20',
        '  missing  python  none',
        '                   → Install Python 3.10 or newer.',
        '',
        'Not ready: 1 thing is missing.',
      ].join('\n'),
    );
  });

  it('say how to get a model that is not here', () => {
    const view: ModelView = {
      summary: {
        id: 'tiny',
        title: 'Tiny',
        reference: 'hf:org/tiny',
        parameters: null,
        contextTokens: null,
        licence: 'MIT',
        cached: false,
        sizeBytes: null,
        trains: null,
      },
      resolved: null,
      fit: null,
    };
    expect(modelScreen(screen, view)).toContain('Not on this machine yet: stepdown models pull tiny');
    expect(modelScreen(screen, view)).toContain('parameters  unknown');
  });
});
