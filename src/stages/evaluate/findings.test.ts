import { expect, test } from 'vitest';
import { exampleEvaluation } from '../../core/fixtures/evaluation.ts';
import { findings } from './findings.ts';

function found(difference: { value: number; low: number; high: number }, pValue: number): string[] {
  const { systems, comparisons } = exampleEvaluation();
  const [comparison] = comparisons;
  const against = {
    ...comparison!,
    reference: 'tfidf-linear',
    pValue,
    difference: { ...comparison!.difference, ...difference },
  };
  return findings(systems, [against], 'accuracy').map(finding => finding.code);
}

test('a floor is beaten only when interval and exact test both show it', () => {
  expect(found({ value: 0.1, low: 0.02, high: 0.18 }, 0.01)).toContain('beats-floors');
  expect(found({ value: 0.08, low: 0.001, high: 0.16 }, 0.076)).toContain('not-enough-rows');
  expect(found({ value: 0.08, low: -0.01, high: 0.17 }, 0.04)).toContain('not-enough-rows');
});

test('a floor that does as well means that no language model is needed so far', () => {
  expect(found({ value: -0.01, low: -0.1, high: 0.08 }, 0.8)).toContain('no-language-model-needed');
});

test('labels with few test rows are named', () => {
  const { systems } = exampleEvaluation();
  systems[3]!.perLabel![1]!.support = 3;
  const [finding] = findings(systems, [], 'accuracy');
  expect(finding?.text).toContain('Noise');
});
