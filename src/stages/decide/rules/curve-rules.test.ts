import { describe, expect, test } from 'vitest';
import type { Estimate } from '../../../core/estimate.ts';
import { situationOf } from '../fixtures/situations.ts';
import { judge } from '../verdict/judge.ts';
import { nextStepOf } from '../verdict/next-step.ts';
import { curveRules } from './curve-rules.ts';
import { decidingRules } from './deciding.ts';
import type { Facts } from './facts.ts';
import { say } from './rule.ts';
import { weighingRules } from './weighing.ts';

const judgement = judge(situationOf({ data: { labelledRows: 300 } }));

/** The situation with a curve of so much gain. */
function factsWith(gain: readonly [value: number, low: number, high: number]): Facts {
  const estimate = (value: number, low: number, high: number): Estimate => {
    return { value, low, high, n: 300, method: 'power-law-bootstrap', confidence: 0.95 };
  };
  const cheap = {
    schemaVersion: 1 as const,
    taskKind: 'classify' as const,
    model: { id: 'tfidf-linear', title: 'Linear classifier on TF-IDF' },
    metric: 'accuracy',
    rows: 300,
    points: [],
    fit: {
      asymptote: estimate(0.9, 0.85, 0.95),
      amplitude: 1,
      exponent: 0.4,
      now: estimate(0.8, 0.78, 0.82),
      doubled: estimate(0.8 + gain[0], 0.8 + gain[1], 0.8 + gain[2]),
      gain: estimate(...gain),
      band: [],
    },
    notFitted: null,
    target: null,
    isCheapModel: true,
    method: 'power law',
    seed: 1,
  };
  const source = { file: null, datasetHash: 'h' };
  const learningCurve = { runId: 'r', schemaVersion: 1 as const, source, cheap, specialist: null };
  return { ...judgement.facts, evidence: { ...judgement.facts.evidence, learningCurve } };
}

const fired = (facts: Facts) => curveRules.filter(rule => rule.when(facts)).map(rule => say(rule, facts));

describe('what the learning curve says', () => {
  test('is one sentence with its numbers where it was measured, and nothing where it was not', () => {
    expect(fired(judgement.facts)).toEqual([]);
    const rising = fired(factsWith([0.04, 0.02, 0.06]));
    expect(rising.map(({ rule }) => rule)).toEqual(['rows-would-buy']);
    expect(rising[0]!.text).toContain('+0.040 (+0.020 to +0.060) of accuracy over the 300');
    expect(fired(factsWith([0.02, -0.01, 0.06])).map(({ rule }) => rule)).toEqual(['rows-perhaps-buy']);
    expect(fired(factsWith([0.002, -0.001, 0.006])).map(({ rule }) => rule)).toEqual(['rows-would-not-buy']);
  });

  test('is not held against a specialist that is good enough already', () => {
    const facts: Facts = { ...factsWith([0.002, 0, 0.006]), quality: 'as-good' };
    expect(fired(facts)).toEqual([]);
  });

  test('is among the weighing rules, and stands in the step to label rows', () => {
    for (const rule of curveRules) expect(weighingRules).toContain(rule);
    const rule = decidingRules.find(({ id }) => id === 'too-few-rows')!;
    const step = (facts: Facts) => nextStepOf({ ...judgement, rule, facts }, []);
    expect(step(judgement.facts).id).toBe('label-rows');
    expect(step(judgement.facts).text).not.toContain('would buy');
    expect(step(factsWith([0.04, 0.02, 0.06])).text).toContain(
      'would buy 0.040 (0.020 to 0.060) of accuracy',
    );
  });
});
