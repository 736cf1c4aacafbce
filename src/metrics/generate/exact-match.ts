import type { TaskMetric } from '../task-metric.ts';

/** Runs of white space count as one space; letters, case and punctuation count. */
const normalised = (text: string) => text.normalize('NFC').trim().replace(/\s+/gu, ' ');

/** Share of answers equal to the target or one of the references. */
export const exactMatch: TaskMetric = {
  name: 'exact-match',
  description: 'Share of answers equal to a reference, apart from white space.',
  binary: true,
  score(example, answer) {
    if (answer.error !== null) return 0;
    const text = normalised(answer.text);
    return [example.target, ...example.references].some(reference => normalised(reference) === text) ? 1 : 0;
  },
  corpus: null,
};
