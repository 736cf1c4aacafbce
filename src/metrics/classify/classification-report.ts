import type { Estimate } from '../../core/estimate.ts';
import type { SystemResult } from '../../core/evaluation.ts';
import type { Example } from '../../core/example.ts';
import type { Answer } from '../../core/metric.ts';
import { wilsonInterval } from '../../stats/proportions/wilson-interval.ts';
import { labelIndex } from './label.ts';

/** Rows by true label and answered label; the last column is "other": no label, or a failed row. */
export function confusionMatrix(
  labels: readonly string[],
  examples: readonly Example[],
  answers: readonly Answer[],
): NonNullable<SystemResult['confusion']> {
  const matrix = labels.map(() => new Array<number>(labels.length + 1).fill(0));
  examples.forEach((example, row) => {
    const truth = matrix[labels.indexOf(example.target.trim())];
    if (truth) truth[labelIndex(labels, answers[row]!) ?? labels.length]!++;
  });
  return { labels: [...labels], matrix };
}

/**
 * Precision and recall of every label with Wilson intervals, from a confusion matrix. Precision is null for a label
 * never answered, recall for one that never occurs, F1 where neither happens.
 *
 * @param confidence coverage, strictly between 0 and 1
 */
export function perLabelScores(
  { labels, matrix }: NonNullable<SystemResult['confusion']>,
  confidence = 0.95,
): NonNullable<SystemResult['perLabel']> {
  return labels.map((label, index) => {
    const right = matrix[index]![index]!;
    const support = matrix[index]!.reduce((sum, count) => sum + count, 0);
    const answered = matrix.reduce((sum, row) => sum + row[index]!, 0);
    const share = (n: number): Estimate | null => (n === 0 ? null : wilsonInterval(right, n, confidence));
    return {
      label,
      support,
      precision: share(answered),
      recall: share(support),
      f1: support + answered === 0 ? null : (2 * right) / (support + answered),
    };
  });
}
