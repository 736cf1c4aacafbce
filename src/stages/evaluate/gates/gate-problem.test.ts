import { expect, it } from 'vitest';
import type { EvaluateParameters } from '../dependencies.ts';
import { evaluateConfigSchema, type GateRule } from '../schema.ts';
import { gateProblem } from './gate-problem.ts';

const parameters: EvaluateParameters = {
  config: evaluateConfigSchema.parse({}),
  task: { kind: 'classify', labels: ['Leaking', 'Noise'] },
  prompt: { instruction: 'Name the fault.', system: null, maxAnswerTokens: 8 },
  datasetHash: 'd',
  baseTitle: 'Tiny',
  largeTitle: null,
  served: [{ id: 'F16', sizeBytes: 10, gate: null }],
  picked: 'F16',
};
const against = (reference: string, metric?: string): GateRule => ({
  name: 'g',
  kind: 'non-inferiority',
  reference,
  margin: 0.1,
  ...(metric === undefined ? {} : { metric }),
});

it.each([
  [against('tfidf-liner'), 'gate-reference-missing'],
  [against('large'), 'gate-reference-missing'],
  [against('Q8_0'), 'gate-reference-missing'],
  [against('base', 'label-probability'), 'gate-metric-unscored'],
  [against('tfidf-linear', 'label-probability'), 'gate-metric-unscored'],
  [against('base', 'chrf'), 'gate-metric-unknown'],
])('a gate that cannot be answered is a problem of usage: %o', (rule, code) => {
  expect(gateProblem(rule, parameters)).toMatchObject({ code, category: 'usage', severity: 'error' });
});

it('a gate that can be answered is none', () => {
  for (const rule of [against('tfidf-linear'), against('F16'), against('base-scored', 'label-probability')])
    expect(gateProblem(rule, parameters)).toBeNull();
  expect(gateProblem(against('large'), { ...parameters, largeTitle: 'Large' })).toBeNull();
  expect(gateProblem({ name: 'g', kind: 'threshold', threshold: 0.5 }, parameters)).toBeNull();
});
