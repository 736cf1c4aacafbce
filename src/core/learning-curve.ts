import { z } from 'zod';
import { estimateSchema } from './estimate.ts';
import { taskKinds } from './task.ts';

/** One measured point of a learning curve: models trained on so many rows, scored on rows they did not see. */
const curvePointSchema = z.object({
  /** Rows trained on. */
  rows: z.number().int().positive(),
  /** Mean score on held-out development rows; n counts the rows scored, each once however often it was scored. */
  score: estimateSchema,
  /** Models trained at this size. */
  fits: z.number().int().positive(),
});

/** One point of the fitted curve with its band, for drawing. */
const curveBandPointSchema = z.object({
  rows: z.number().positive(),
  value: z.number(),
  low: z.number(),
  high: z.number(),
});

/** The inverse power law score(rows) = asymptote - amplitude * rows^-exponent, and what follows from it. */
const curveFitSchema = z.object({
  /** What ever more rows like these would reach; its interval may end at 1, the best there is. */
  asymptote: estimateSchema,
  /** At least 0. */
  amplitude: z.number().min(0),
  /** Above 0: how fast the distance to the asymptote shrinks. */
  exponent: z.number().positive(),
  /** Expected score with all rows there are now (`LearningCurve.rows`). */
  now: estimateSchema,
  /** Expected score with twice the rows. */
  doubled: estimateSchema,
  /** What twice the rows would buy: `doubled` minus `now`; the interval may begin below 0. */
  gain: estimateSchema,
  /** The fitted curve from the smallest point to four times the rows, rows evenly spaced on a logarithmic axis. */
  band: z.array(curveBandPointSchema),
});

/** Whether a score can be reached with more rows like these. */
const targetOutcomes = ['reached', 'rows', 'never', 'not-enough-evidence'] as const;

const curveTargetSchema = z.object({
  score: z.number().min(0).max(1),
  /**
   * `reached`: expected with the rows there are; `rows`: with so many; `never`: the interval of the asymptote lies
   * below; `not-enough-evidence`: the curve does not say.
   */
  outcome: z.enum(targetOutcomes),
  /** Training rows for the score; a null end is beyond what can be told. Null unless the outcome is `rows`. */
  rows: z
    .object({
      value: z.number().positive(),
      low: z.number().positive(),
      high: z.number().positive().nullable(),
    })
    .nullable(),
  /** One or two plain sentences. */
  explanation: z.string(),
});
export type CurveTarget = z.infer<typeof curveTargetSchema>;

/** `curve.json`: how the score grows with the training rows, measured on development rows only. */
const learningCurveSchema = z.object({
  schemaVersion: z.literal(1),
  taskKind: z.enum(taskKinds),
  /** What was trained: `tfidf-linear`, `tfidf-nearest`, `token-lookup` or `specialist`. */
  model: z.object({ id: z.string(), title: z.string() }),
  /** Name of the primary metric, 0..1, more is better. */
  metric: z.string(),
  /** Development rows there are: where the curve stands now. */
  rows: z.number().int().positive(),
  /** By rising rows. */
  points: z.array(curvePointSchema),
  /** Null where the points do not carry a curve; `notFitted` then says why. */
  fit: curveFitSchema.nullable(),
  notFitted: z.string().nullable(),
  /** Null where no score was asked for. */
  target: curveTargetSchema.nullable(),
  /** Whether the curve is of a cheap model: the specialist's may lie higher and be steeper or flatter. */
  isCheapModel: z.boolean(),
  /** How the intervals were made, in one line. */
  method: z.string(),
  seed: z.number().int(),
});
export type LearningCurve = z.infer<typeof learningCurveSchema>;

/** What measuring the learning curve of one dataset gave: the cheap model's curve, and the specialist's on demand. */
export const learningCurvesSchema = z.object({
  schemaVersion: z.literal(1),
  /** The file as named, or the frozen dataset's hash. */
  source: z.object({ file: z.string().nullable(), datasetHash: z.string().nullable() }),
  cheap: learningCurveSchema,
  specialist: learningCurveSchema.nullable(),
});
export type LearningCurves = z.infer<typeof learningCurvesSchema>;
