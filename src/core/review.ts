import { z } from 'zod';
import { auditKinds } from './audit.ts';
import type { Message } from './example.ts';
import { hashJson } from './hash.ts';

/** What a person may say about a row. */
export const reviewActions = ['keep', 'fix', 'drop'] as const;

const signed = {
  schemaVersion: z.literal(1),
  /** Eight hex digits, unique in the file. */
  id: z.string().regex(/^[0-9a-f]{8}$/),
  by: z.string().min(1),
  at: z.iso.datetime(),
  note: z.string().nullable(),
};

/** One decision about all rows with one content. */
export const reviewDecisionSchema = z.object({
  ...signed,
  action: z.enum(reviewActions),
  /** {@link rowHash} of the row as it was decided on. */
  row: z.string().length(64),
  /** The right target (fix); null otherwise. */
  target: z.string().nullable(),
  /** What it was flagged as; null where a person named the row without an audit. */
  kind: z.enum(auditKinds).nullable(),
  /** Where the row was at that time, for people; null where not known. */
  place: z.object({ file: z.string(), line: z.number().int().positive() }).nullable(),
});
export type ReviewDecision = z.infer<typeof reviewDecisionSchema>;

/** One line of `review/decisions.jsonl`. Never changed: an undo is a line of its own. */
export const reviewEntrySchema = z.discriminatedUnion('action', [
  reviewDecisionSchema.extend({ action: z.enum(reviewActions) }),
  z.object({ ...signed, action: z.literal('undo'), undoes: z.string() }),
]);
export type ReviewEntry = z.infer<typeof reviewEntrySchema>;

/** Address of a row by what it says: it survives another order of rows and another file. */
export function rowHash(messages: readonly Message[], target: string): string {
  return hashJson({ messages: messages.map(({ role, content }) => [role, content]), target });
}

/** The decision that holds for each row, by {@link rowHash}: the last one that was not undone. */
export function standingDecisions(entries: readonly ReviewEntry[]): Map<string, ReviewDecision> {
  const undone = new Set(entries.flatMap(entry => (entry.action === 'undo' ? [entry.undoes] : [])));
  const standing = new Map<string, ReviewDecision>();
  for (const entry of entries)
    if (entry.action !== 'undo' && !undone.has(entry.id)) standing.set(entry.row, entry);
  return standing;
}

/** What decisions make of a row: dropped by one, or with another target after some. */
export interface Reviewed {
  readonly target: string;
  readonly droppedBy: ReviewDecision | null;
  /** The fixes, in the order they were applied. */
  readonly fixes: readonly ReviewDecision[];
  /** Rows that decisions were found for: the row itself and what fixes made of it. */
  readonly found: readonly string[];
}

/** Follows the decisions on a row, and on what a fix made of it: a fixed row may be looked at again. */
export function reviewRow(
  decisions: ReadonlyMap<string, ReviewDecision>,
  messages: readonly Message[],
  target: string,
): Reviewed {
  const fixes: ReviewDecision[] = [];
  const found: string[] = [];
  let now = target;
  for (;;) {
    const row = rowHash(messages, now);
    const decision = decisions.get(row);
    // A fix back to an earlier target ends where it leads.
    if (decision === undefined || found.includes(row)) return { target: now, droppedBy: null, fixes, found };
    found.push(row);
    if (decision.action === 'drop') return { target: now, droppedBy: decision, fixes, found };
    if (decision.action === 'keep' || decision.target === null || decision.target === now)
      return { target: now, droppedBy: null, fixes, found };
    fixes.push(decision);
    now = decision.target;
  }
}
