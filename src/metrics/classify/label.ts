import type { Example } from '../../core/example.ts';
import type { Answer } from '../../core/metric.ts';

/** Index of the label an answer names, or null where it is none of them or the system failed. */
export function labelIndex(labels: readonly string[], answer: Answer): number | null {
  if (answer.error !== null) return null;
  const index = labels.indexOf(answer.text.trim());
  return index === -1 ? null : index;
}

/** Whether the answer is the target, white space around either aside. A failed row is wrong. */
export function isRight(example: Example, answer: Answer): boolean {
  return answer.error === null && answer.text.trim() === example.target.trim();
}
