import { describe, expect, test } from 'vitest';
import { merged, situationOf, type Written } from '../fixtures/situations.ts';
import type { Verdict } from '../rules/rule.ts';
import type { Evidence, MeasuredQuality } from '../situation/evidence.ts';
import { judge } from './judge.ts';

/** A narrow, closed task with production rows, 50,000 calls a day at a large model's list price. */
const base: Written = {
  task: {
    kind: 'classify',
    definition: 'closed',
    breadth: 'narrow',
    reasoning: 'none',
    outOfScopeShare: 0.01,
    documents: 0,
  },
  data: { labelledRows: 20_000, labelAgreement: 0.95, source: 'people', canLabelMore: 'yes' },
  traffic: { callsPerDay: 50_000, peakFactor: 4, inputTokens: 1000, outputTokens: 50, latencyMs: 3000 },
  regulation: { dataMayLeave: 'yes' },
  incumbent: { where: 'cloud', model: 'gpt-4o', priceChangePerYear: -0.2 },
  specialist: { parametersBillions: 0.5, inputTokens: 300 },
};

function measured(low: number, value: number, high: number): Partial<Evidence> {
  const estimate = (at: number) => ({
    value: at,
    low: at - 0.02,
    high: at + 0.02,
    n: 1000,
    method: 'wilson',
    confidence: 0.95,
  });
  const evaluation: MeasuredQuality = {
    runId: 'run',
    testRows: 1000,
    metric: 'accuracy',
    specialist: estimate(0.9),
    large: estimate(0.9 - value),
    againstLarge: { value, low, high, n: 1000, method: 'tango', confidence: 0.95 },
    floor: null,
    againstFloor: null,
    noLanguageModelNeeded: false,
    latencyMs: null,
    tokensPerSecond: null,
    memoryBytes: null,
    quantizationDelta: null,
  };
  return { evaluation };
}

const paysRule = 'calls-that-pay: hundreds seldom pay, thousands do';
const rowsRule = 'functional-rows: functional from about 1,000 examples';
const productionRule = 'production-rows: production 10,000 to 100,000';
const goodRule = 'good-beats-many: 500 good beat 5,000 noisy';
const documentsRule = 'documents-mean-retrieval: a few hundred documents mean retrieval';
const broadRule = 'issue: broad or reasoning-heavy inputs are a risk of small models';
const hardRule = 'issue: hard constraints decide alone';
const latencyRule = 'local-latency: sub-second at hundreds of requests at once means local serving';
const h100 = 'published case: H100 at $2.40/h breaks even at 1.8 requests/s against $378 a million';

interface Case {
  readonly name: string;
  readonly change: Written;
  readonly evidence?: Partial<Evidence>;
  readonly verdict: Verdict;
  /** Id of the rule that must decide. */
  readonly because: string;
  /** The field's rule or the published case it comes from. */
  readonly from: string;
}

/** A published price by the million requests, with the H100 of the same publication. */
const published = (usdPerMillion: number): Written => ({
  traffic: { peakFactor: 1, inputTokens: 1000, outputTokens: 1, cachedInputShare: 0, latencyMs: 60_000 },
  incumbent: {
    price: { input: usdPerMillion / 1000, cachedInput: 0.0001, output: 0.001 },
    priceChangePerYear: 0,
  },
  economics: {
    setUpHours: 0.5,
    hourlyRate: 1,
    operationsHoursPerMonth: 0.01,
    retrainingHours: 0.01,
    trainingCost: 0.01,
    labelCost: 0.0001,
    retrainEveryMonths: 12,
  },
  hardware: {
    cpu: { available: false },
    ownedGpu: { available: false },
    rentedGpu: { pricePerHour: 2.4, requestSeconds: 0.072, parallel: 16 },
  },
});
const perSecond = (rate: number): Written => ({ traffic: { callsPerDay: rate * 86_400 } });

const cases: readonly Case[] = [
  // Law before everything.
  {
    name: 'data must not leave',
    change: { regulation: { dataMayLeave: 'no' } },
    verdict: 'own-specialist',
    because: 'data-must-not-leave',
    from: hardRule,
  },
  {
    name: 'data must not leave, at ten calls a day',
    change: { regulation: { dataMayLeave: 'no' }, traffic: { callsPerDay: 10 } },
    verdict: 'own-specialist',
    because: 'data-must-not-leave',
    from: hardRule,
  },
  {
    name: 'data must not leave, without rows',
    change: { regulation: { dataMayLeave: 'no' }, data: { labelledRows: 0 } },
    verdict: 'own-specialist',
    because: 'data-must-not-leave',
    from: hardRule,
  },
  {
    name: 'data must not leave, and the inputs are broad',
    change: { regulation: { dataMayLeave: 'no' }, task: { breadth: 'broad' } },
    verdict: 'own-specialist',
    because: 'data-must-not-leave',
    from: hardRule,
  },
  {
    name: 'data must not leave, but the large model is on the premises',
    change: { regulation: { dataMayLeave: 'no' }, incumbent: { where: 'on-premises' } },
    verdict: 'own-specialist',
    because: 'pays',
    from: hardRule,
  },
  {
    name: 'data must stay in a region that the cloud is not in',
    change: { regulation: { dataMayLeave: 'region-only', region: 'eu' }, incumbent: { region: 'us' } },
    verdict: 'own-specialist',
    because: 'data-must-stay-in-region',
    from: hardRule,
  },
  {
    name: 'data must stay in the region of the cloud, at few calls',
    change: {
      regulation: { dataMayLeave: 'region-only', region: 'eu' },
      incumbent: { region: 'eu' },
      traffic: { callsPerDay: 200 },
    },
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: hardRule,
  },
  // The nature of the task.
  {
    name: 'answers from 300 documents, in free text',
    change: { task: { kind: 'generate', documents: 300 } },
    verdict: 'large-model-with-retrieval',
    because: 'facts-in-documents',
    from: documentsRule,
  },
  {
    name: 'answers from 500 documents that change',
    change: { task: { documents: 500, factsChange: 'often' } },
    verdict: 'large-model-with-retrieval',
    because: 'facts-in-documents',
    from: documentsRule,
  },
  {
    name: 'documents at a high volume',
    change: { task: { kind: 'generate', documents: 5000 }, traffic: { callsPerDay: 1_000_000 } },
    verdict: 'large-model-with-retrieval',
    because: 'facts-in-documents',
    from: documentsRule,
  },
  {
    name: 'labels do not depend on documents that do not change',
    change: { task: { documents: 300, factsChange: 'rarely' } },
    verdict: 'own-specialist',
    because: 'pays',
    from: documentsRule,
  },
  {
    name: 'a handful of documents is no corpus',
    change: { task: { kind: 'generate', documents: 5 } },
    verdict: 'own-specialist',
    because: 'pays',
    from: documentsRule,
  },
  {
    name: 'reasoning-heavy answers',
    change: { task: { reasoning: 'heavy' } },
    verdict: 'keep-large-model',
    because: 'reasoning-heavy',
    from: broadRule,
  },
  {
    name: 'reasoning-heavy answers at a high volume',
    change: { task: { reasoning: 'heavy' }, traffic: { callsPerDay: 1_000_000 } },
    verdict: 'keep-large-model',
    because: 'reasoning-heavy',
    from: broadRule,
  },
  {
    name: 'broad inputs',
    change: { task: { breadth: 'broad' } },
    verdict: 'keep-large-model',
    because: 'broad-inputs',
    from: broadRule,
  },
  {
    name: 'loose free text',
    change: { task: { kind: 'generate', definition: 'loose', breadth: 'moderate' } },
    verdict: 'keep-large-model',
    because: 'broad-inputs',
    from: broadRule,
  },
  {
    name: 'broad inputs and documents',
    change: { task: { kind: 'generate', breadth: 'broad', documents: 1000 } },
    verdict: 'large-model-with-retrieval',
    because: 'facts-in-documents',
    from: documentsRule,
  },
  // Money.
  {
    name: '100 calls a day',
    change: { traffic: { callsPerDay: 100 } },
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: paysRule,
  },
  {
    name: '500 calls a day',
    change: { traffic: { callsPerDay: 500 } },
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: paysRule,
  },
  {
    name: '900 calls a day of short prompts',
    change: { traffic: { callsPerDay: 900, inputTokens: 300 } },
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: paysRule,
  },
  { name: '50,000 calls a day', change: {}, verdict: 'own-specialist', because: 'pays', from: paysRule },
  {
    name: '500,000 calls a day',
    change: { traffic: { callsPerDay: 500_000 } },
    verdict: 'own-specialist',
    because: 'pays',
    from: paysRule,
  },
  {
    name: '9,000 calls a day of long prompts',
    change: { traffic: { callsPerDay: 9000, inputTokens: 4000 } },
    verdict: 'own-specialist',
    because: 'pays',
    from: paysRule,
  },
  {
    name: '50,000 calls a day of a very cheap model',
    change: { traffic: { inputTokens: 100, outputTokens: 5 }, incumbent: { model: 'gpt-4o-mini' } },
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: paysRule,
  },
  {
    name: 'nobody knows the volume',
    change: { traffic: { callsPerDay: { low: 500, high: 100_000 } } },
    verdict: 'not-enough-evidence',
    because: 'cost-undecided',
    from: 'issue: "do not know" widens the interval',
  },
  {
    name: 'H100 at 0.5 requests/s against $378 a million',
    change: merged(published(378), perSecond(0.5)),
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: h100,
  },
  {
    name: 'H100 at 1.6 requests/s against $378 a million',
    change: merged(published(378), perSecond(1.6)),
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: h100,
  },
  {
    name: 'H100 at 2.2 requests/s against $378 a million',
    change: merged(published(378), perSecond(2.2)),
    verdict: 'own-specialist',
    because: 'pays',
    from: h100,
  },
  {
    name: 'H100 at 20 requests/s against $24 a million',
    change: merged(published(24), perSecond(20)),
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: h100.replace('1.8', '28').replace('378', '24'),
  },
  {
    name: 'H100 at 32 requests/s against $24 a million',
    change: merged(published(24), perSecond(32)),
    verdict: 'own-specialist',
    because: 'pays',
    from: h100.replace('1.8', '28').replace('378', '24'),
  },
  // Rows.
  {
    name: '200 rows',
    change: { data: { labelledRows: 200 } },
    verdict: 'not-enough-evidence',
    because: 'too-few-rows',
    from: rowsRule,
  },
  {
    name: '600 rows and few calls',
    change: { data: { labelledRows: 600 }, traffic: { callsPerDay: 200 } },
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: paysRule,
  },
  {
    name: '300 rows and no more to be had',
    change: { data: { labelledRows: 300, canLabelMore: 'no' } },
    verdict: 'keep-large-model',
    because: 'no-rows-to-be-had',
    from: rowsRule,
  },
  {
    name: '2,000 rows',
    change: { data: { labelledRows: 2000 } },
    verdict: 'cascade',
    because: 'pays',
    from: rowsRule,
  },
  {
    name: '15,000 rows',
    change: { data: { labelledRows: 15_000 } },
    verdict: 'own-specialist',
    because: 'pays',
    from: productionRule,
  },
  {
    name: '5,000 noisy rows are fewer than 1,000 good ones',
    change: { data: { labelledRows: 5000, labelAgreement: 0.7 } },
    verdict: 'not-enough-evidence',
    because: 'too-few-rows',
    from: goodRule,
  },
  {
    name: '20,000 noisy rows work, but not alone',
    change: { data: { labelledRows: 20_000, labelAgreement: 0.7 } },
    verdict: 'cascade',
    because: 'pays',
    from: goodRule,
  },
  {
    name: 'nobody knows what the task is',
    change: { task: { definition: 'unknown', breadth: 'unknown' } },
    verdict: 'not-enough-evidence',
    because: 'task-unknown',
    from: 'issue: first question, can the task be defined precisely',
  },
  // Alone, or with the large model behind it.
  {
    name: 'a tenth of the inputs is out of scope',
    change: { task: { outOfScopeShare: 0.1 } },
    verdict: 'cascade',
    because: 'pays',
    from: broadRule,
  },
  {
    name: 'some reasoning',
    change: { task: { reasoning: 'some' } },
    verdict: 'cascade',
    because: 'pays',
    from: broadRule,
  },
  {
    name: 'moderately broad inputs',
    change: { task: { breadth: 'moderate' } },
    verdict: 'cascade',
    because: 'pays',
    from: broadRule,
  },
  {
    name: 'measured as good as the large model, on 800 rows',
    change: { data: { labelledRows: 800 } },
    evidence: measured(-0.01, 0.01, 0.03),
    verdict: 'own-specialist',
    because: 'pays',
    from: 'issue: what can be measured is measured',
  },
  {
    name: 'measured worse than the large model',
    change: {},
    evidence: measured(-0.12, -0.09, -0.06),
    verdict: 'cascade',
    because: 'pays',
    from: 'issue: what can be measured is measured',
  },
  {
    name: 'measured, and not told apart',
    change: {},
    evidence: measured(-0.05, 0, 0.05),
    verdict: 'cascade',
    because: 'pays',
    from: 'issue: what can be measured is measured',
  },
  {
    name: 'measured as good, but at 100 calls a day',
    change: { traffic: { callsPerDay: 100 } },
    evidence: measured(-0.01, 0.01, 0.03),
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: paysRule,
  },
  // Latency.
  {
    name: '300 at once within 500 ms',
    change: {
      traffic: { callsPerDay: 500_000, concurrency: 300, latencyMs: 500 },
      incumbent: { model: 'gpt-4o-mini' },
      specialist: { parametersBillions: 0.135 },
    },
    verdict: 'own-specialist',
    because: 'local-latency',
    from: latencyRule,
  },
  {
    name: '5 seconds will do, at 300 calls a day',
    change: { traffic: { callsPerDay: 300, latencyMs: 5000 } },
    verdict: 'keep-large-model',
    because: 'does-not-pay',
    from: 'cloud-latency: 2 to 5 s at low volume means cloud',
  },
  {
    name: 'a specialist too large for the latency',
    change: { specialist: { parametersBillions: 70 }, traffic: { latencyMs: 300 } },
    verdict: 'not-enough-evidence',
    because: 'too-slow',
    from: 'cpu-tokens-per-second: an 8B writes 10 to 30 tokens/s on a CPU',
  },
];

describe('the table of cases', () => {
  test('has at least 40', () => expect(cases.length).toBeGreaterThanOrEqual(40));

  test.each(cases)('$name: $verdict ($from)', ({ change, evidence, verdict, because }) => {
    const judgement = judge(situationOf(merged(base, change), evidence));
    expect({ verdict: judgement.verdict, because: judgement.rule.id }).toEqual({ verdict, because });
  });
});
