import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DataError } from '../../core/errors/index.ts';
import { estimateSchema } from '../../core/estimate.ts';
import { hashJson } from '../../core/hash.ts';
import { secondOpinionKinds } from '../../core/second-opinion.ts';
import { taskKinds } from '../../core/task.ts';
import { similarityDataSchema } from '../../text/similarity-index.ts';
import { cascadeRuleSchema } from './schema.ts';

const rows = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/** How signals become one score: log-odds of a logistic fit, or one signal as it is (weight 1). */
const scoreSchema = z.strictObject({
  kind: z.enum(['combined', 'single']),
  signals: z
    .array(
      z.strictObject({
        name: z.string(),
        /** `logit` spreads probabilities near 0 and 1. */
        transform: z.enum(['none', 'logit']),
        centre: z.number(),
        scale: z.number().positive(),
        weight: z.number(),
      }),
    )
    .min(1),
  intercept: z.number(),
});
export type ScoreModel = z.infer<typeof scoreSchema>;

/** From score to the probability that the answer is right. */
const calibratorSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('platt'), slope: z.number().nonnegative(), intercept: z.number() }),
  z
    .strictObject({ kind: z.literal('isotonic'), x: z.array(z.number()).min(1), y: z.array(share).min(1) })
    .refine(({ x, y }) => x.length === y.length, { message: 'x and y must be equally long' }),
]);
export type Calibrator = z.infer<typeof calibratorSchema>;

/** Which answers are given locally, of those that are valid and in scope. */
const localSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('all') }),
  /** Those with a score above this one. */
  z.strictObject({ kind: z.literal('above'), score: z.number() }),
]);
export type LocalRegion = z.infer<typeof localSchema>;

/** What the rule promises, or why it cannot and what could be. */
const goalSchema = z.strictObject({
  met: z.boolean(),
  /** In plain sentences, with the assumption it rests on. */
  statement: z.string(),
  /** Rows the threshold was tested on, and what they showed of the local answers. */
  evidence: z.strictObject({
    rows,
    answered: rows,
    errors: rows,
    /** Upper bound of the share wrong among local answers (error-bound), 0..1. */
    upperBound: share.nullable(),
    /** Cascade minus large model (match-large). */
    difference: estimateSchema.nullable(),
  }),
  /** Where it is not met: what these rows would allow; null where nothing or not asked. */
  instead: z
    .strictObject({
      smallestAlpha: share.nullable(),
      smallestMargin: share.nullable(),
      smallestShare: share.nullable(),
      rowsNeeded: z.number().int().positive().nullable(),
    })
    .nullable(),
});
export type CascadeGoal = z.infer<typeof goalSchema>;

/** Whether the large model is better where the specialist is unsure. */
const helpSchema = z.strictObject({
  verdict: z.enum(['unknown', 'helps', 'unproven', 'no-better']),
  /** Large minus local on the rows escalated for low confidence; null where the large model's answers are unknown. */
  difference: estimateSchema.nullable(),
  explanation: z.string(),
});
export type EscalationHelp = z.infer<typeof helpSchema>;

/** `cascade.json`: everything the policy decides with. Immutable; tied to one specialist and one dataset. */
export const calibrationSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** SHA-256 of this object without `hash` and `createdAt`. */
  hash: z.string().length(64),
  createdAt: z.iso.datetime(),
  specialist: z.strictObject({ name: z.string(), hash: z.string().length(64) }),
  datasetHash: z.string().length(64),
  taskKind: z.enum(taskKinds),
  correct: z.strictObject({ metric: z.string(), atLeast: z.number() }),
  rows: z.strictObject({
    calibration: rows,
    /** Rows the score was fitted on and the thresholds to try were fixed by. */
    fitted: rows,
    /** Whose rows these are; absent without any, and in files of before, where they are calibration rows. */
    fittedOn: z.enum(['validation', 'calibration']).optional(),
    /** Rows the threshold was tested on and the calibrator fitted on: never those the score was fitted on. */
    tested: rows,
    /** Rows left out because another row of their group stands for it. */
    dependent: rows,
  }),
  /** How the specialist was asked again about its answers; absent where it was not. */
  secondOpinion: z.enum(secondOpinionKinds).optional(),
  /** Servers that ran the specialist, by the names of stepdown.yaml; absent where the process of the command did. */
  servedBy: z
    .strictObject({
      servers: z.array(z.strictObject({ upstream: z.string(), model: z.string() })).min(1),
      /** Whether they gave log-probabilities. */
      logprobs: z.boolean(),
    })
    .optional(),
  score: scoreSchema,
  calibrator: calibratorSchema,
  rule: cascadeRuleSchema,
  local: localSchema,
  /** False where the large model is no better on what the specialist is unsure of. */
  escalateLowConfidence: z.boolean(),
  goal: goalSchema,
  help: helpSchema,
  /** Requests less similar than this to all training inputs are out of scope. */
  scope: z.strictObject({ threshold: share, share, index: similarityDataSchema }).nullable(),
  auditShare: share,
  /** On the tested rows; confidences cross-fitted. */
  diagnostics: z.strictObject({
    accuracy: estimateSchema,
    auroc: estimateSchema.nullable(),
    aurc: estimateSchema,
    calibrationError: z.number().nullable(),
    brier: z.number().nullable(),
  }),
  seed: z.number().int(),
});
export type CascadeCalibration = z.infer<typeof calibrationSchema>;

export type CalibrationContent = Omit<CascadeCalibration, 'hash' | 'createdAt'>;

/** Hash of a calibration's content. */
export function calibrationHash(content: CalibrationContent): string {
  return hashJson(content);
}

/**
 * Reads a calibration and checks its shape and hash.
 * @throws DataError `calibration-unreadable` | `calibration-changed`
 */
export async function readCalibration(file: string): Promise<CascadeCalibration> {
  const parsed = calibrationSchema.safeParse(await jsonOf(file));
  if (!parsed.success)
    throw new DataError(
      'calibration-unreadable',
      `${file} is no calibration of this version of stepdown`,
      'Run `stepdown cascade calibrate` again, or name another file.',
      { cause: parsed.error },
    );
  const { hash, createdAt: _createdAt, ...content } = parsed.data;
  if (calibrationHash(content) !== hash)
    throw new DataError(
      'calibration-changed',
      `${file} is not as it was written: its hash does not fit its content`,
      'Restore the file, or run `stepdown cascade calibrate` again; a calibration is never edited.',
    );
  return parsed.data;
}

async function jsonOf(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new DataError(
      'calibration-unreadable',
      `${file} cannot be read as a calibration: ${(cause as Error).message}`,
      'Run `stepdown cascade calibrate` first, or name its file.',
      { cause },
    );
  }
}
