import type { SetAsideCode } from './made-row.ts';

/** Says of an item without an answer why it has none. */
export function dropUnanswered(
  outcome: { readonly failed: Error & { readonly code: string } } | { readonly budgetReached: true },
  drop: (code: SetAsideCode, reason: string, given: string | null) => void,
  given: string | null,
): void {
  if ('failed' in outcome)
    drop('upstream-failed', `${outcome.failed.code}: ${outcome.failed.message}`, given);
  else drop('budget-reached', 'the budget was reached before it had all answers', given);
}
