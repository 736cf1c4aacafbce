import type { TaskMetric } from '../task-metric.ts';

/** Probability given to the right label: sees improvement and damage that accuracy is too coarse for. */
export function labelProbability(labels: readonly string[]): TaskMetric {
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  return {
    name: 'label-probability',
    description: 'Mean probability given to the right label, where the system scores labels.',
    binary: false,
    score(example, answer) {
      if (answer.error !== null) return 0;
      const index = indexOf.get(example.target.trim());
      if (answer.probabilities === null || index === undefined) return null;
      return answer.probabilities[index] ?? null;
    },
    corpus: null,
  };
}
