import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { exampleEvaluation, exampleGate } from '../../core/fixtures/evaluation.ts';
import { reportPage } from './page.ts';
import type { ReportData } from './schema.ts';

const dataset: ReportData['dataset'] = {
  schemaVersion: 1,
  hash: 'd'.repeat(64),
  task: { kind: 'classify', labels: ['Leaking', 'Noise'] },
  splits: {
    train: { rows: 450, groups: 450, sha256: 'a'.repeat(64) },
    validation: { rows: 50, groups: 50, sha256: 'a'.repeat(64) },
    calibration: { rows: 0, groups: 0, sha256: 'a'.repeat(64) },
    test: { rows: 124, groups: 124, sha256: 'a'.repeat(64) },
  },
  labelCounts: null,
  sources: [],
  setAside: { 'missing-field': 2 },
  repairs: { duplicate: 3 },
  splitRule: { by: 'stratified', seed: 0 },
  licence: 'Apache-2.0',
};

const training: ReportData['training'] = {
  adapterDir: 'adapter',
  method: 'lora',
  steps: 100,
  bestEpoch: 4,
  bestValidationLoss: 0.4,
  bestValidationScore: 0.8,
  stoppedEarly: true,
  trainTokens: 50_000,
  answerTokens: 9_000,
  tokensPerSecond: 400,
  seconds: 185,
  peakMemoryBytes: 1_500_000_000,
  device: 'cpu',
  precision: 'fp32',
  trainableParameters: 4_900_000,
  parameters: 134_500_000,
  lossCurve: Array.from({ length: 100 }, (_row, step) => ({
    step,
    epoch: (step + 1) / 20,
    trainLoss: 2 * Math.exp(-step / 30) + 0.1 * Math.sin(step),
    validationLoss: step % 20 === 19 ? 0.6 + 1.2 * Math.exp(-step / 25) : null,
    validationScore: step % 20 === 19 ? 0.8 : null,
  })),
  labelTokens: [],
  endOfTurnTokens: [],
  versions: {},
  tooLong: [],
};

function data(changes: Partial<ReportData> = {}): ReportData {
  const example = {
    id: 'test-1',
    input: 'oil leak at pump',
    target: 'Leaking',
    reference: 'a fault',
    specialist: 'Leaking',
  };
  return {
    name: 'fault-triage',
    evaluation: exampleEvaluation(),
    dataset,
    training,
    specialist: null,
    testApproval: null,
    caseReference: 'base',
    won: [example],
    lost: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    seconds: { train: 185, evaluate: 62 },
    ...changes,
  };
}

describe('the report', () => {
  test('states the result with its interval and n', () => {
    const { document } = parseHTML(reportPage(data()));
    const lead = document.querySelector('.lead')?.textContent ?? '';
    expect(lead).toContain('On 124 held-out rows the specialist reaches 78 % accuracy');
    expect(lead).toContain('between 71 % and 85 %');
    expect(document.querySelector('.tile .detail')?.textContent).toContain('n = 124');
  });

  test('names the coverage of intervals and the rows of every file as they are', () => {
    const evaluation = exampleEvaluation();
    for (const { metrics } of evaluation.systems)
      for (const [name, estimate] of Object.entries(metrics))
        metrics[name] = { ...estimate, confidence: 0.99 };
    expect(reportPage(data({ evaluation }))).toContain('the 124 test rows for each file');
    evaluation.testRows = 900;
    for (const file of evaluation.quantizations) file.score.n = file.picked ? 900 : 400;
    const page = reportPage(data({ evaluation }));
    expect(page).toContain('All metrics with 99 % intervals; n = 900.');
    expect(page).toContain('Bar: 99 % interval.');
    expect(page).toContain('400 of the 900 test rows for each file, on all of them for the chosen one');
  });

  test('says who approved the test rows, or that nobody did', () => {
    const method = (report: ReportData) =>
      parseHTML(reportPage(report)).document.querySelector('dl')?.textContent ?? '';
    expect(method(data())).toContain('test rows approvedby nobody');
    const testApproval: ReportData['testApproval'] = {
      schemaVersion: 1,
      action: 'approve',
      testHash: 'a'.repeat(64),
      datasetHash: 'd'.repeat(64),
      rows: 124,
      by: 'Ada <Lovelace>',
      at: '2026-11-28T08:00:00.000Z',
      note: null,
      incumbent: null,
    };
    expect(method({ ...data(), testApproval })).toContain('approvedAda <Lovelace> on 2026-11-28');
  });

  test('loads nothing: no script, no link, no image, no address', () => {
    const page = reportPage(data());
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/i);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
  });

  test('shows text of the data as text, never as markup', () => {
    const hostile = '<img src=x onerror=alert(1)>"\'&';
    const example = { id: 'x', input: hostile, target: hostile, reference: hostile, specialist: hostile };
    const evaluation = exampleEvaluation();
    evaluation.systems[3]!.title = hostile;
    evaluation.systems[3]!.perLabel![0]!.label = hostile;
    evaluation.systems[3]!.confusion!.labels[0] = hostile;
    evaluation.findings[0]!.text = hostile;
    const page = reportPage(data({ name: hostile, evaluation, won: [example] }));
    expect(page).not.toContain('<img');
    expect(parseHTML(page).document.querySelectorAll('img')).toHaveLength(0);
  });

  test('sets commands in findings as code', () => {
    const evaluation = exampleEvaluation();
    evaluation.findings[0]!.text = 'Look at them with `stepdown data approve --show`; a lone ` stays.';
    const { document } = parseHTML(reportPage(data({ evaluation })));
    const finding = document.querySelector('.findings li')!;
    expect(finding.textContent).toBe('Look at them with stepdown data approve --show; a lone ` stays.');
    expect(finding.querySelector('code')!.textContent).toBe('stepdown data approve --show');
  });

  test('has a drawing with a description for every chart', () => {
    const { document } = parseHTML(reportPage(data()));
    const drawings = [...document.querySelectorAll('figure:not(.narrow) svg')];
    expect(drawings).toHaveLength(4);
    for (const drawing of drawings) expect(drawing.getAttribute('aria-label')).toBeTruthy();
  });

  test('leaves out what was not measured', () => {
    const evaluation = {
      ...exampleEvaluation(),
      gates: [],
      quantizations: [],
      parity: null,
      parityNotChecked: null,
      forgetting: null,
    };
    const page = reportPage(data({ evaluation, training: null, won: [] }));
    for (const title of ['Gates', 'Quantisation', 'Forgetting', 'Training', 'Examples']) {
      expect(page).not.toContain(`<h2>${title}</h2>`);
    }
    expect(page).not.toMatch(/undefined|NaN|\[object/);
  });

  test('says that parity was not checked, and why, also where no file was compared', () => {
    const evaluation = { ...exampleEvaluation(), parity: null, parityNotChecked: 'no F16 <file>' };
    for (const quantizations of [evaluation.quantizations, []]) {
      const { document } = parseHTML(reportPage(data({ evaluation: { ...evaluation, quantizations } })));
      expect(document.body.textContent).toContain('parity not checked: no F16 <file>.');
    }
    expect(reportPage(data())).not.toContain('parity not checked');
  });

  test('says of a probe on which the base is near chance that it shows little', () => {
    const evaluation = exampleEvaluation();
    expect(reportPage(data({ evaluation }))).not.toContain('says little');
    evaluation.forgetting!.informative = false;
    expect(reportPage(data({ evaluation }))).toContain('near what guessing reaches (25 %)');
  });

  test('says of a gate without enough rows once how many would be enough', () => {
    const evaluation = exampleEvaluation();
    const gates = [exampleGate('not-enough-rows', 'Too wide. About 180 rows would be enough.')];
    const page = reportPage(data({ evaluation: { ...evaluation, gates } }));
    expect(page.match(/180 rows/g)).toHaveLength(1);
  });
});
