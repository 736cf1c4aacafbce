import { z } from 'zod';
import { estimateSchema } from './estimate.ts';
import type { Evaluation } from './evaluation.ts';

/** The large model's score on a test set. */
export const incumbentScoreSchema = z.object({
  title: z.string(),
  metric: z.string(),
  estimate: estimateSchema,
});
export type IncumbentScore = z.infer<typeof incumbentScoreSchema>;

/** One line of `review/approvals.jsonl`: somebody signed a test set off, or took that back. Never changed. */
export const approvalEntrySchema = z.object({
  schemaVersion: z.literal(1),
  action: z.enum(['approve', 'revoke']),
  /** SHA-256 of the rows of the test split: other rows are another test set. */
  testHash: z.string().length(64),
  /** Dataset they were looked at in. */
  datasetHash: z.string().length(64),
  rows: z.number().int().positive(),
  /** Who, as they call themselves. */
  by: z.string().min(1),
  at: z.iso.datetime(),
  note: z.string().nullable(),
  /** The large model's score on these rows at that time; null where it was not measured. */
  incumbent: incumbentScoreSchema.nullable(),
});
export type ApprovalEntry = z.infer<typeof approvalEntrySchema>;

/** The approval that holds for a test set: the last word said about it, unless that took it back. */
export function standingApproval(entries: readonly ApprovalEntry[], testHash: string): ApprovalEntry | null {
  const last = entries.filter(entry => entry.testHash === testHash).at(-1);
  return last?.action === 'approve' ? last : null;
}

/** `Ada Lovelace on 2026-11-28`. */
export function signature({ by, at }: Pick<ApprovalEntry, 'by' | 'at'>): string {
  return `${by} on ${at.slice(0, 10)}`;
}

/** What an evaluation has to say about the rows it rests on. */
export function approvalFinding(approval: ApprovalEntry | null): Evaluation['findings'][number] {
  if (approval === null)
    return {
      code: 'test-set-not-approved',
      text: 'Nobody has approved the test rows: these figures are as good as labels that no person signed for. Look at them with `stepdown data approve --show`.',
    };
  const note = approval.note === null ? '' : ` Note: ${approval.note}`;
  return {
    code: 'test-set-approved',
    text: `The ${approval.rows.toLocaleString('en-US')} test rows were approved by ${signature(approval)}.${note}`,
  };
}
