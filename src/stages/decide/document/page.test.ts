import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { numberText } from '../../../core/number-text.ts';
import { situationOf, type Written } from '../fixtures/situations.ts';
import type { Evidence } from '../situation/evidence.ts';
import { decide } from '../verdict/decide.ts';
import { decisionDocumentData, decisionPage } from './index.ts';
import { rangeText } from './range-text.ts';

const narrow: Written = {
  task: { kind: 'classify', definition: 'closed', breadth: 'narrow', reasoning: 'none' },
  data: { labelledRows: 20_000, labelAgreement: 0.95 },
  traffic: { callsPerDay: 50_000, inputTokens: 1000, outputTokens: 50, latencyMs: 3000 },
  incumbent: { model: 'gpt-4o' },
};
const estimate = (value: number) => ({
  value,
  low: value - 0.05,
  high: value + 0.05,
  n: 200,
  confidence: 0.95,
  method: 'bootstrap',
});
const evaluation: Evidence['evaluation'] = {
  runId: 'evaluate-1',
  testRows: 200,
  testSetApproved: true,
  metric: 'accuracy',
  specialist: estimate(0.86),
  large: estimate(0.82),
  againstLarge: estimate(0.04),
  floor: { title: 'linear model', estimate: estimate(0.71) },
  againstFloor: estimate(0.15),
  noLanguageModelNeeded: false,
  latencyMs: 40,
  tokensPerSecond: 90,
  memoryBytes: 3e8,
  quantizationDelta: null,
};
const curve = {
  schemaVersion: 1 as const,
  taskKind: 'classify' as const,
  model: { id: 'tfidf-linear', title: 'linear model' },
  metric: 'accuracy',
  rows: 800,
  points: [100, 200, 400, 800].map(rows => ({ rows, score: estimate(0.9 - 3 / Math.sqrt(rows)), fits: 3 })),
  fit: null,
  notFitted: 'too few points',
  target: null,
  isCheapModel: true,
  method: 'bootstrap',
  seed: 1,
};

function pageOf(written: Written, evidence: Partial<Evidence> = {}, name = 'triage') {
  const situation = situationOf(written, evidence);
  const decision = decide(situation);
  const page = decisionPage(decisionDocumentData(name, situation, decision));
  return { decision, page, document: parseHTML(page).document };
}
const flat = (text: string) => text.replaceAll(/[`\s]+/g, ' ');

describe('the decision as a document', () => {
  test('holds every sentence of the decision, every number and every source', () => {
    for (const { decision, document } of [
      pageOf(narrow),
      pageOf({ ...narrow, regulation: { dataMayLeave: 'no' }, incumbent: { region: 'us' } }),
    ]) {
      const shown = flat(document.body.textContent ?? '').replaceAll(' ', '');
      const said = [
        ...[...decision.reasons, ...decision.against, ...decision.risks].flatMap(({ text, rule, source }) => [
          text,
          rule,
          source,
        ]),
        ...decision.flips.map(({ text }) => text),
        ...decision.contradictions,
        ...decision.assumptions.flatMap(({ label, source }) => [label, source]),
        ...decision.figures.map(({ statement }) => statement),
        decision.nextStep.text,
      ];
      expect(said.length).toBeGreaterThan(50);
      for (const sentence of said) expect(shown).toContain(flat(sentence).replaceAll(' ', ''));
    }
  });

  test('says once what the next step costs', () => {
    const { decision, document } = pageOf({ ...narrow, data: { labelledRows: 200, labelAgreement: 0.95 } });
    expect(decision.nextStep).toMatchObject({ id: 'label-rows', costUsd: expect.any(Number) });
    expect(flat(document.querySelector('.next p')!.textContent ?? '')).toBe(flat(decision.nextStep.text));
  });

  test('draws cost and what matters always, and quality and the learning curve where they were measured', () => {
    const labels = ({ document }: ReturnType<typeof pageOf>) =>
      [...document.querySelectorAll('figure:not(.narrow) svg')].map(drawing =>
        drawing.getAttribute('aria-label'),
      );
    const bare = pageOf(narrow);
    expect(labels(bare)).toHaveLength(2);
    expect(bare.document.body.textContent).toContain('stepdown data curve trains');
    const learningCurve = {
      runId: 'curve-1',
      schemaVersion: 1 as const,
      source: { file: 'rows.jsonl', datasetHash: null },
      cheap: curve,
      specialist: null,
    };
    const measured = pageOf(narrow, { evaluation, learningCurve });
    expect(labels(measured)).toHaveLength(4);
    expect(measured.document.body.textContent).toContain(
      'Specialist minus large model: +4.0 points (−1.0 to +9.0)',
    );
    for (const { page } of [bare, measured]) expect(page).not.toMatch(/undefined|NaN|\[object/);
  });

  test('loads nothing, and shows hostile text as text', () => {
    const hostile = '<img src=x onerror=alert(1)>"\'&';
    const floor = { title: hostile, estimate: estimate(0.7) };
    const { page, document } = pageOf(
      { ...narrow, incumbent: { model: hostile } },
      { evaluation: { ...evaluation, floor } },
      hostile,
    );
    expect(document.body.textContent).toContain(hostile);
    expect(document.querySelectorAll('img, script, link')).toHaveLength(0);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
  });

  test('marks the break-even where there is one, and says so where there is none', () => {
    const { decision, document } = pageOf(narrow);
    const { requestsPerSecond, low, high } = decision.breakEven;
    expect([low! < requestsPerSecond!, high! > requestsPerSecond!]).toEqual([true, true]);
    expect(document.querySelector('figure:not(.narrow) svg')?.textContent).toContain('break-even');
    const perDay = (rate: number) => numberText(Number((rate * 86_400).toPrecision(2)));
    expect(document.querySelector('.tile .value.span')?.textContent).toBe(
      `${perDay(low!)} – ${perDay(high!)}`,
    );
    expect(document.body.textContent).toContain(
      `90 % of the draws say from ${numberText(low!)} to ${numberText(high!)}.`,
    );
    const never = pageOf({
      ...narrow,
      incumbent: { price: { input: 0.001, cachedInput: 0.001, output: 0.001 } },
    });
    expect(never.document.body.textContent).toContain('Break-even:');
    const unsure = pageOf({
      ...narrow,
      incumbent: { price: { input: { low: 0.001, high: 2 }, cachedInput: 0.001, output: 0.01 } },
    });
    expect(unsure.decision.breakEven).toMatchObject({ high: null, requestsPerSecond: expect.any(Number) });
    expect(unsure.document.querySelector('.tile .value.span')?.textContent).toMatch(/^[\d,]+ or more$/);
    expect(unsure.document.body.textContent).toMatch(
      /to no rate at all\. In \d+ % of the draws no rate is enough\./,
    );
  });
});

test('ranges are written with their unit, shares as percent and money with its sign', () => {
  expect(rangeText(500, 2000, 'tokens')).toBe('500 to 2,000 tokens');
  expect(rangeText(0.01, 0.05, 'share 0..1')).toBe('1 to 5 %');
  expect(rangeText(0.1, 0.1, 'share a year')).toBe('10 % a year');
  expect(rangeText(85, 85, 'USD an hour')).toBe('$85.00 an hour');
});
