import { z } from 'zod';
import { emptyTally, mergeTallies, type Tally, tallied } from '../../../stats/sequential/share-mixture.ts';

/** Who answered: what is tried out, or what was there before. */
export const arms = ['canary', 'incumbent'] as const;
export type Arm = (typeof arms)[number];

/**
 * What can go wrong with an answer:
 * `failure`: the client got an error, or an answer that broke off;
 * `negative-feedback`: of the answers that were rated or corrected, one that was bad;
 * `disagreement`: of the answers that the large model gave too (audit sample, shadow), one that differs.
 */
export const signals = ['failure', 'negative-feedback', 'disagreement'] as const;
export type Signal = (typeof signals)[number];

/** One thing that was seen of one answer. An answer may be seen several times, once a signal. */
export interface Outcome {
  readonly arm: Arm;
  readonly signal: Signal;
  readonly bad: boolean;
}

const tallySchema = z.object({ count: z.number().nonnegative(), total: z.number().nonnegative() });
const armSchema = z.object({
  failure: tallySchema,
  'negative-feedback': tallySchema,
  disagreement: tallySchema,
});

/** Bad outcomes and outcomes in all, for each arm and signal. */
export const talliesSchema = z.object({ canary: armSchema, incumbent: armSchema });
export type Tallies = z.infer<typeof talliesSchema>;

const emptyArm = () => ({
  failure: emptyTally,
  'negative-feedback': emptyTally,
  disagreement: emptyTally,
});
export const emptyTallies = (): Tallies => ({ canary: emptyArm(), incumbent: emptyArm() });

/** The tallies after one more outcome. */
export function withOutcome(tallies: Tallies, { arm, signal, bad }: Outcome): Tallies {
  const before: Tally = tallies[arm][signal];
  return { ...tallies, [arm]: { ...tallies[arm], [signal]: tallied(before, bad ? 1 : 0) } };
}

/** What several processes saw, together. */
export function sumTallies(all: readonly Tallies[]): Tallies {
  const arm = (name: Arm) => ({
    failure: mergeTallies(all.map(tallies => tallies[name].failure)),
    'negative-feedback': mergeTallies(all.map(tallies => tallies[name]['negative-feedback'])),
    disagreement: mergeTallies(all.map(tallies => tallies[name].disagreement)),
  });
  return { canary: arm('canary'), incumbent: arm('incumbent') };
}

/** `running` until decided; then it stays. */
export const phases = ['running', 'rolled-back', 'promoted'] as const;
export type Phase = (typeof phases)[number];

/** What one process knows of a rollout, as it is stored. */
export const rolloutRecordSchema = z.object({
  schemaVersion: z.literal(1),
  /** What is tried out, e.g. hash of specialist and calibration: another one starts anew. */
  candidate: z.string(),
  phase: z.enum(phases),
  /** Why it was decided, in words; null while running. */
  because: z.string().nullable(),
  /** Milliseconds since 1970-01-01 UTC; null while running. */
  decidedAt: z.number().nullable(),
  /** What this process saw itself. */
  tallies: talliesSchema,
});
export type RolloutRecord = z.infer<typeof rolloutRecordSchema>;
