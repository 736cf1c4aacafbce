import type { TaskMetric } from '../task-metric.ts';
import { isRight, labelIndex } from './label.ts';

/**
 * Mean over labels of F1: rare labels weigh as much as frequent ones. Labels that occur neither as truth nor as
 * answer among the rows are left out; answers that are no label at all cost recall.
 *
 * @see scikit-learn, f1_score(average="macro"), for rows whose answers are labels
 */
export function macroF1(labels: readonly string[]): TaskMetric {
  return {
    name: 'macro-f1',
    description: 'F1 averaged over labels, so that rare labels weigh as much as frequent ones.',
    binary: false,
    score: (example, answer) => (isRight(example, answer) ? 1 : 0),
    corpus(examples, answers) {
      const truth = examples.map(example => labels.indexOf(example.target.trim()));
      const answered = answers.map(answer => labelIndex(labels, answer) ?? -1);
      return rows => {
        const right = new Int32Array(labels.length);
        const occurrences = new Int32Array(labels.length);
        for (let at = 0; at < rows.length; at++) {
          const expected = truth[rows[at]!]!;
          const given = answered[rows[at]!]!;
          if (expected >= 0) occurrences[expected]!++;
          if (given >= 0) occurrences[given]!++;
          if (expected >= 0 && expected === given) right[expected]!++;
        }
        return meanF1(right, occurrences);
      };
    },
  };
}

/** F1 of a label is 2·right / (times true + times answered). */
function meanF1(right: Int32Array, occurrences: Int32Array): number {
  let sum = 0;
  let present = 0;
  for (let label = 0; label < right.length; label++) {
    if (occurrences[label] === 0) continue;
    present++;
    sum += (2 * right[label]!) / occurrences[label]!;
  }
  return present === 0 ? 0 : sum / present;
}
