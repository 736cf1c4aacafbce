import { describe, expect, test } from 'vitest';
import type { Estimate } from '../../../core/estimate.ts';
import { tokenCostUsd } from '../cost/token-price.ts';
import { situationOf } from '../fixtures/situations.ts';
import type { DataEvidence } from '../measured/data-evidence.ts';
import type { MeasuredTraffic } from '../traffic/measured-traffic.ts';
import { TrafficTally } from '../traffic/traffic-tally.ts';
import { decide } from '../verdict/decide.ts';
import { listPriceOf, pricesOver } from './price-table.ts';

const estimate = (value: number, width = 0.05): Estimate => ({
  value,
  low: value * (1 - width),
  high: value * (1 + width),
  n: 500,
  method: 'test',
  confidence: 0.95,
});
const traffic: MeasuredTraffic = {
  ...new TrafficTally().measured('calls.jsonl'),
  requests: 500,
  callsPerDay: estimate(12_000),
  inputTokens: estimate(900),
  outputTokens: estimate(20),
  cachedInputShare: estimate(0.4),
  latencyMs: { p50: 800, p95: 1900 },
  repeatedShare: estimate(0.4),
  model: 'openai/gpt-4o-2024-08-06',
};
const paid = { ...traffic, costUsdPer1k: estimate(1) };
const data: DataEvidence = {
  source: 'rows.jsonl',
  rows: 4000,
  complete: true,
  kind: 'classify',
  labels: 20,
  duplicateShare: 0.01,
  breadth: { nearShare: estimate(0.9, 0.01), nearFrom: 0.3 },
  labelNoise: estimate(0.1),
};

describe('recorded traffic', () => {
  test('says which model is paid and which latency is accepted today, where nobody does', () => {
    const { assumptions, answers, contradictions } = situationOf({}, { traffic });
    expect(answers.incumbent.model).toBe('openai/gpt-4o-2024-08-06');
    expect(assumptions['incumbent.price.input']).toMatchObject({
      origin: 'price-table',
      range: { value: 2.5 },
    });
    expect(assumptions['traffic.latencyMs']).toMatchObject({ origin: 'measured', range: { value: 1900 } });
    expect(contradictions).toEqual([]);
    expect(situationOf({ incumbent: { model: 'gpt-4o' } }, { traffic }).contradictions).toEqual([]);
  });

  test('that an answer contradicts is refused with what came: a span, or one number where it is one', () => {
    const came = (width: number) => () =>
      situationOf(
        { traffic: { callsPerDay: 100 } },
        { traffic: { ...traffic, callsPerDay: estimate(12_000, width) } },
      );
    expect(came(0.05)).toThrow('calls.jsonl has 11,400 to 12,600');
    expect(came(0)).toThrow(/calls\.jsonl has 12,000$/);
  });

  test('to another model, or slower than what is acceptable, is named with both places', () => {
    const { contradictions } = situationOf(
      { incumbent: { model: 'claude-3-5-sonnet' }, traffic: { latencyMs: 500 } },
      { traffic },
    );
    expect(contradictions).toEqual([
      'Two large models: incumbent.model is claude-3-5-sonnet (answers.yaml#incumbent.model), but most requests in calls.jsonl went to openai/gpt-4o-2024-08-06; the answer counts.',
      'Latency: 500 ms are acceptable (answers.yaml#traffic.latencyMs), but half of the requests in calls.jsonl take longer than 800 ms today; the answer counts.',
    ]);
  });

  test('with costs gives the prices that make its tokens cost what was paid', () => {
    const { assumptions, contradictions } = situationOf({}, { traffic: paid });
    const price = (part: 'input' | 'cachedInput' | 'output') =>
      assumptions[`incumbent.price.${part}`].range.value;
    expect(assumptions['incumbent.price.input'].origin).toBe('measured');
    const cost = tokenCostUsd(
      { inputTokens: 900, cachedInputShare: 0.4, outputTokens: 20 },
      { input: price('input'), cachedInput: price('cachedInput'), output: price('output') },
    );
    expect(cost).toBeCloseTo(0.001, 12);
    expect(price('output') / price('input')).toBeCloseTo(4, 9);
    // By the list 1,000 requests would cost 2 dollars.
    expect(contradictions.join('\n')).toContain('what was paid counts');
  });

  test('does not change a price that was stated, and says that it does not fit', () => {
    const price = { input: 25, cachedInput: 12.5, output: 100 };
    const { assumptions, contradictions } = situationOf({ incumbent: { price } }, { traffic: paid });
    expect(assumptions['incumbent.price.input']).toMatchObject({ origin: 'answer', range: { value: 25 } });
    expect(contradictions.join('\n')).toContain('the price counts');
  });

  test('whose tokens were estimated from characters gives no prices', () => {
    const { assumptions } = situationOf({}, { traffic: { ...paid, tokensEstimated: true } });
    expect(assumptions['incumbent.price.input'].origin).toBe('price-table');
  });

  test('is told in the decision, and repeated requests are another way to go', () => {
    const decision = decide(situationOf({}, { traffic: paid }));
    expect(decision.measured.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'requests',
        'calls-per-day',
        'input-tokens',
        'cost',
        'latency',
        'repeated-share',
      ]),
    );
    for (const { text, source } of decision.measured) {
      expect(text).not.toMatch(/NaN|undefined|null/);
      expect(source).toBe('calls.jsonl');
    }
    expect(decision.alternatives.map(({ rule }) => rule)).toEqual(['requests-repeat']);
  });
});

test('the models that answered and the audits that disagreed are counted', () => {
  const tally = new TrafficTally();
  const request = {
    at: null,
    messages: null,
    answer: null,
    latencyMs: null,
    promptTokens: null,
    completionTokens: null,
    cachedTokens: null,
    costUsd: null,
    cascade: null,
  };
  for (const [model, agreed] of [
    ['a', true],
    ['b', false],
    ['b', null],
    [null, null],
  ] as const)
    tally.add({ ...request, model, agreed });
  expect(tally.measured('log')).toMatchObject({ model: 'b', disagreement: { value: 0.5, n: 2 } });
});

describe('labelled rows', () => {
  test('say how many there are, how clean, and how narrow', () => {
    const { assumptions, answers } = situationOf({}, { data });
    expect(assumptions['data.labelledRows']).toMatchObject({ origin: 'measured', range: { value: 4000 } });
    expect(assumptions['data.labelAgreement'].range.value).toBeCloseTo(0.9, 12);
    expect(assumptions['data.labelAgreement'].range.low).toBeCloseTo(0.895 ** 2, 9);
    expect(answers.task.breadth).toBe('narrow');
  });

  test('that are unlike each other keep a task from being called narrow', () => {
    const scattered = { ...data, breadth: { nearShare: estimate(0.3, 0.1), nearFrom: 0.3 } };
    expect(situationOf({}, { data: scattered }).answers.task.breadth).toBe('moderate');
    const stated = situationOf({ task: { kind: 'classify', breadth: 'narrow' } }, { data: scattered });
    expect(stated.answers.task.breadth).toBe('narrow');
    expect(stated.contradictions[0]).toContain('task.breadth is narrow (answers.yaml#task.breadth)');
    expect(stated.contradictions[0]).toContain('inputs of rows.jsonl');
  });

  test('of another kind, of another number, or noisier than people say, are named with both places', () => {
    expect(situationOf({}, { data: { ...data, kind: 'generate' } }).contradictions[0]).toContain(
      'the targets of rows.jsonl look like generate',
    );
    expect(() => situationOf({ data: { labelledRows: 100 } }, { data })).toThrow('rows.jsonl has 4000');
    const noisy = { ...data, labelNoise: estimate(0.3) };
    const said = situationOf({ data: { labelAgreement: 0.98 } }, { data: noisy });
    expect(said.contradictions[0]).toContain('answers.yaml#data.labelAgreement');
    expect(said.contradictions[0]).toContain('disputes 30 %');
    expect(said.assumptions['data.labelAgreement'].range.value).toBe(0.98);
  });

  test('of which a label has few are disputed wrongly more often: the dispute counts for less', () => {
    const few = situationOf({}, { data: { ...data, rows: 500 } });
    // 25 rows a label: half of the doubts are right, so 5 % of the labels are wrong and not 10 %.
    expect(few.assumptions['data.labelAgreement'].range).toMatchObject({
      value: expect.closeTo(0.95, 12),
      high: 1,
    });
  });

  test('of a frozen dataset do not count its test split away', () => {
    const { assumptions } = situationOf({}, { data: { ...data, complete: false }, labelledRows: 5000 });
    expect(assumptions['data.labelledRows'].range.value).toBe(5000);
  });
});

test('a calibrated cascade gives the share it sends on, and what it gets wrong', () => {
  const cascade = {
    source: 'the calibration c',
    escalatedShare: estimate(0.3),
    localError: estimate(0.02),
  };
  const written = {
    task: { kind: 'classify', definition: 'closed', breadth: 'narrow', reasoning: 'some' },
    data: { labelledRows: 20_000 },
    traffic: { callsPerDay: 500_000, inputTokens: 3000 },
    incumbent: { model: 'gpt-4o' },
  };
  const situation = situationOf(written, { cascade });
  expect(situation.assumptions['cascade.escalatedShare']).toMatchObject({
    origin: 'measured',
    range: { value: 0.3 },
    source: 'the calibration c',
  });
  const decision = decide(situation);
  expect(decision.verdict).toBe('cascade');
  expect(decision.reasons.map(({ rule }) => rule)).toContain('cascade-errs-seldom');
  const worse = decide(situationOf(written, { cascade: { ...cascade, localError: estimate(0.3) } }));
  expect(worse.against.map(({ rule }) => rule)).toContain('cascade-errs-often');
});

test('one answer alone is told as one', () => {
  const toldOf = (distinctAnswers: number) =>
    decide(situationOf({}, { traffic: { ...traffic, distinctAnswers } })).measured.find(
      ({ id }) => id === 'distinct-answers',
    )?.text;
  expect(toldOf(1)).toBe('The answer was always the same.');
  expect(toldOf(7)).toBe('7 different answers.');
});

test('prices of one’s own count before the shipped ones', () => {
  const own = {
    model: 'GPT-4o',
    input: 2,
    cachedInput: 1,
    output: 8,
    date: '2026-11',
    source: 'our contract',
  };
  const prices = pricesOver([own]);
  expect(listPriceOf('openai/gpt-4o-2024-08-06', prices)).toEqual(own);
  expect(listPriceOf('gpt-4o-mini', prices)?.input).toBe(0.15);
  expect(listPriceOf('gpt-4o')?.input).toBe(2.5);
});
