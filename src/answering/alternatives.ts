import type { Task } from '../core/task.ts';

/** Few enough that every server gives them, enough to see which other labels were near. */
const labelAlternatives = 5;

/**
 * Alternatives a token to ask for with an answer that was generated, for signals of how sure it is: a label is compared
 * with what it nearly was; of longer answers the chosen tokens say enough.
 */
export function alternativesFor(task: Task): number {
  return task.kind === 'classify' ? labelAlternatives : 0;
}
