import type { TaskMetric } from '../task-metric.ts';
import { isRight } from './label.ts';

/** Share of rows answered with exactly the right label, white space around it aside. */
export const accuracy: TaskMetric = {
  name: 'accuracy',
  description: 'Share of rows answered with exactly the right label.',
  binary: true,
  score: (example, answer) => (isRight(example, answer) ? 1 : 0),
  corpus: null,
};
