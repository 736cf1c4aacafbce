import { describe, expect, test } from 'vitest';
import { economicsOf, resampled, sampleOf } from '../cost/economics.ts';
import { figures } from '../figures.ts';
import { merged, situationOf, type Written } from '../fixtures/situations.ts';
import { decidingRules } from '../rules/deciding.ts';
import { usefulRowsOf } from '../rules/facts.ts';
import { riskRules } from '../rules/risks.ts';
import { fill } from '../rules/rule.ts';
import { weighingRules } from '../rules/weighing.ts';
import type { MeasuredQuality } from '../situation/evidence.ts';
import { withRanges } from '../situation/situation.ts';
import { decide } from './decide.ts';
import { measured } from './fixtures/cases/case.ts';
import { judge } from './judge.ts';

const base: Written = {
  task: {
    kind: 'classify',
    definition: 'closed',
    breadth: 'narrow',
    reasoning: 'none',
    outOfScopeShare: 0.01,
  },
  data: { labelledRows: 20_000, labelAgreement: 0.95 },
  traffic: { callsPerDay: 8000, inputTokens: 1000, outputTokens: 50, latencyMs: 3000 },
  regulation: { dataMayLeave: 'yes' },
  incumbent: { model: 'gpt-4o' },
  specialist: { parametersBillions: 0.5, inputTokens: 300 },
};

describe('a decision', () => {
  const situation = situationOf(base);
  const decision = decide(situation);

  test('has every sentence from a rule, a source, and the numbers it names', () => {
    const rules = [...decidingRules, ...weighingRules, ...riskRules];
    for (const statement of [...decision.reasons, ...decision.against, ...decision.risks]) {
      const rule = rules.find(({ id }) => id === statement.rule)!;
      expect(statement.text).toBe(fill(rule.sentence, statement.numbers));
      expect(statement.text).not.toMatch(/[{}]|NaN|undefined/);
      expect(statement.source).not.toBe('');
    }
    expect(decision.reasons[0]!.rule).toBe(judge(situation).rule.id);
  });

  test('has flips that do flip it', () => {
    expect(decision.flips.length).toBeGreaterThan(2);
    for (const flip of decision.flips) {
      expect(flip.verdict).not.toBe(decision.verdict);
      if (typeof flip.to !== 'number' || typeof flip.from !== 'number') continue;
      const key = flip.key as 'traffic.callsPerDay';
      const { low, value, high, scale } = situation.assumptions[key].range;
      const moved = { low: (low / value) * flip.to, value: flip.to, high: (high / value) * flip.to, scale };
      if (moved.high > 1 && flip.unit.startsWith('share')) continue;
      expect(judge(withRanges(situation, { [key]: moved })).verdict).toBe(flip.verdict);
    }
  });

  test('has intervals around its values, and the same numbers at every run', () => {
    for (const { per1kRequestsUsd: cost } of Object.values(decision.cost)) {
      expect(cost.low).toBeLessThanOrEqual(cost.value);
      expect(cost.high).toBeGreaterThanOrEqual(cost.value);
      expect(cost.low).toBeGreaterThan(0);
    }
    expect(decide(situationOf(base))).toEqual(decision);
    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
  });

  test('has the widest bar of the tornado first', () => {
    const widths = decision.tornado.map(bar => Math.abs(bar.savingAtHighUsd - bar.savingAtLowUsd));
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(widths.length).toBeGreaterThan(5);
  });

  test('names a quantity to find out where the cost is undecided', () => {
    const wide = decide(situationOf(merged(base, { traffic: { callsPerDay: { low: 500, high: 100_000 } } })));
    expect(wide.verdict).toBe('not-enough-evidence');
    expect(wide.nextStep).toMatchObject({ id: 'narrow-quantity' });
    expect(wide.nextStep.text).toContain(wide.tornado[0]!.label);
  });

  test('prices the labels that are missing', () => {
    const few = decide(
      situationOf(
        merged(base, {
          data: { labelledRows: 400 },
          traffic: { callsPerDay: 50_000 },
          economics: { labelCost: 0.2 },
        }),
      ),
    );
    expect(few).toMatchObject({
      verdict: 'not-enough-evidence',
      nextStep: { id: 'label-rows', costUsd: 120 },
    });
  });
});

test('a linear model that does as well is among the reasons and the alternatives', () => {
  const estimate = (value: number) => ({
    value,
    low: value - 0.03,
    high: value + 0.03,
    n: 500,
    method: 'wilson',
    confidence: 0.95,
  });
  const evaluation: MeasuredQuality = {
    runId: 'run',
    testRows: 500,
    testSetApproved: true,
    metric: 'accuracy',
    specialist: estimate(0.8),
    large: null,
    againstLarge: null,
    floor: { title: 'Linear classifier on TF-IDF', estimate: estimate(0.81) },
    againstFloor: estimate(-0.01),
    noLanguageModelNeeded: true,
    latencyMs: 40,
    tokensPerSecond: 400,
    memoryBytes: 3e8,
    quantizationDelta: null,
  };
  const decision = decide(situationOf(merged(base, { traffic: { callsPerDay: 50_000 } }), { evaluation }));
  expect(decision.reasons.map(({ rule }) => rule)).toContain('no-language-model-needed');
  expect(decision.alternatives).toHaveLength(1);
  expect(decision.alternatives[0]!.text).toContain('"Linear classifier on TF-IDF" does as well');
  expect(decision.nextStep.id).toBe('use-linear-model');
  expect(decision.assumptions.find(({ key }) => key === 'hardware.cpu.requestSeconds')).toMatchObject({
    origin: 'measured',
    range: { value: 0.04 },
  });
  expect(decision.figures.find(({ id }) => id === 'cpu-tokens-per-second')).toMatchObject({
    low: 10,
    measured: 400,
  });
});

test('test rows that nobody approved are a risk wherever an evaluation was made on them', () => {
  const measuredOn = (testSetApproved: boolean, change: Written = {}) => {
    const { evaluation } = measured(-0.01, 0, 0.01);
    return decide(situationOf(merged(base, change), { evaluation: { ...evaluation!, testSetApproved } }));
  };
  const risk = (decision: ReturnType<typeof decide>) =>
    decision.risks.find(({ rule }) => rule === 'test-set-unapproved');
  expect(risk(measuredOn(false))?.text).toContain('Nobody has approved the 1,000 test rows');
  const kept = measuredOn(false, { task: { reasoning: 'heavy' } });
  expect(kept.verdict).toBe('keep-large-model');
  expect(risk(kept)).toBeDefined();
  expect(risk(measuredOn(true))).toBeUndefined();
  expect(risk(decide(situationOf(base)))).toBeUndefined();
});

test('a quantity that becomes surer changes no other draw', () => {
  const situation = situationOf(base);
  const sure = situationOf(merged(base, { economics: { hourlyRate: 80 } }));
  const [before, after] = [sampleOf(situation), sampleOf(sure)];
  expect(before.map(point => point['traffic.peakFactor'])).toEqual(
    after.map(point => point['traffic.peakFactor']),
  );
  const again = resampled(before, 'economics.hourlyRate', sure.assumptions['economics.hourlyRate'].range);
  expect(economicsOf(sure, again)).toEqual(economicsOf(sure));
});

test('five thousand noisy rows are worth five hundred good ones', () => {
  expect(usefulRowsOf(5000, 0.8)).toBeCloseTo(500, 9);
  expect(usefulRowsOf(5000, 0.5)).toBeCloseTo(500, 9);
  expect(usefulRowsOf(500, 0.9)).toBe(500);
  expect(usefulRowsOf(500, 0.85)).toBeLessThan(500);
});

test('every figure has a range, a source and a date, and rules name only figures there are', () => {
  for (const { low, high, source, date } of figures) {
    expect(low).toBeLessThanOrEqual(high);
    expect(source).not.toBe('');
    expect(date).toMatch(/^\d{4}-\d{2}$/);
  }
  const ids = new Set(figures.map(({ id }) => id));
  for (const { source } of [...decidingRules, ...weighingRules, ...riskRules])
    for (const id of source.match(/(?<=figures? )[a-z-]+|(?<=figures [a-z-]+ and )[a-z-]+/g) ?? [])
      expect(ids).toContain(id);
  const all = [...decidingRules, ...weighingRules, ...riskRules].map(({ id }) => id);
  expect(new Set(all.filter(id => !['local-latency', 'cloud-latency'].includes(id))).size).toBeGreaterThan(
    30,
  );
});

test('a model that no price list has is named, as its name may be misspelt', () => {
  const risks = (incumbent: object) =>
    decide(situationOf(merged(base, { incumbent: { price: undefined, ...incumbent } }))).risks;
  const ids = (incumbent: object) => risks(incumbent).map(({ rule }) => rule);
  expect(
    risks({ model: 'gpt-4o-mni' })
      .map(({ text }) => text)
      .join(),
  ).toContain('No price list has gpt-4o-mni');
  expect(ids({ model: 'gpt-4o-mni' })).not.toContain('price-unknown');
  expect(ids({ model: undefined })).toContain('price-unknown');
  expect(ids({ model: undefined })).not.toContain('model-not-listed');
});

test('broad inputs and a loose task are told apart, each in a sentence of its own', () => {
  const said = (task: object) => {
    const { reasons, against } = decide(situationOf(merged(base, { task })));
    return [...reasons, ...against].map(({ rule }) => rule).filter(rule => /broad|loose/.test(rule));
  };
  expect(said({ breadth: 'broad' })).toEqual(['broad-inputs', 'broad-task']);
  expect(said({ definition: 'loose' })).toEqual(['loose-task']);
  expect(said({ kind: 'generate', definition: 'loose', breadth: 'moderate' })).toEqual([
    'loose-free-text',
    'loose-task',
  ]);
});

test('a number that is known exactly is said without a span', () => {
  const exact = merged(base, { traffic: { callsPerDay: 100, cachedInputShare: 0 } });
  const dearer = decide(situationOf(exact)).reasons.find(({ rule }) => rule === 'dearer');
  expect(dearer?.text).toContain('instead of $3.00; with');
  expect(fill('{a:usd} ({b:usd} to {c:usd})', { a: 2, b: 1, c: 2 })).toBe('$2.00 ($1.00 to $2.00)');
});
