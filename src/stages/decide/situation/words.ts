import { measuredBreadth } from '../measured/data-evidence.ts';
import type { Answers } from '../schema.ts';
import type { Evidence } from './evidence.ts';

/** The answers, with what was measured in the place of words that nobody stated. */
export function withMeasuredWords(answers: Answers, evidence: Evidence): Answers {
  const { task, incumbent } = answers;
  const model = incumbent.model ?? evidence.traffic?.model ?? undefined;
  const breadth = measuredBreadth(evidence.data);
  // Rows that are unlike each other do not prove that inputs are broad, but nobody will call them narrow.
  const word = breadth === null ? null : ({ narrow: 'narrow', scattered: 'moderate' } as const)[breadth];
  return {
    ...answers,
    task: { ...task, breadth: task.breadth === 'unknown' && word !== null ? word : task.breadth },
    incumbent: { ...incumbent, ...(model === undefined ? {} : { model }) },
  };
}
