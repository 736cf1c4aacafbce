import { z } from 'zod';
import { estimateSchema } from './estimate.ts';
import { quantizationTypes } from './quantizer.ts';
import { taskKinds } from './task.ts';

/** What kind of thing was evaluated. */
export const systemRoles = ['floor', 'base', 'few-shot', 'specialist', 'quantization', 'large'] as const;

/** One system on the test split. */
export const systemResultSchema = z.object({
  /** `majority`, `tfidf-linear`, `tfidf-nearest`, `base`, `base-few-shot`, `specialist`, `Q8_0`, `large`. */
  id: z.string(),
  role: z.enum(systemRoles),
  /** For people: "SmolLM2-135M untuned". */
  title: z.string(),
  /** Every metric of the task kind by name; the primary one first. */
  metrics: z.record(z.string(), estimateSchema),
  /** Rows a metric could not score, by metric name (only where above 0). */
  unscored: z.record(z.string(), z.number().int()),
  /** Rows on which the system failed with an error; they count as wrong. */
  failures: z.number().int(),
  perLabel: z
    .array(
      z.object({
        label: z.string(),
        support: z.number().int(),
        precision: estimateSchema.nullable(),
        recall: estimateSchema.nullable(),
        f1: z.number().nullable(),
      }),
    )
    .nullable(),
  /** matrix[true][answered], last column is "other" (not a label). */
  confusion: z.object({ labels: z.array(z.string()), matrix: z.array(z.array(z.number().int())) }).nullable(),
  latencyMs: z.object({ p50: z.number(), p95: z.number() }).nullable(),
  /** Prompt plus completion tokens per second of busy time, one request at a time. */
  tokensPerSecond: z.number().nullable(),
  /** Dollars per 1,000 requests as billed; null where no price is known (local models cost the machine). */
  costUsdPer1000: z.number().nullable(),
  sizeBytes: z.number().int().nullable(),
  memoryBytes: z.number().int().nullable(),
  /** JSONL of answers, relative to the evaluation's folder. */
  answersFile: z.string(),
});
export type SystemResult = z.infer<typeof systemResultSchema>;

/** Two systems on the same rows. */
export const comparisonSchema = z.object({
  system: z.string(),
  reference: z.string(),
  metric: z.string(),
  /** system minus reference. */
  difference: estimateSchema,
  /** Two-sided p-value. */
  pValue: z.number().nullable(),
  /** "mcnemar-exact" or "paired-bootstrap". */
  test: z.string(),
  /** Rows won and lost against the reference. */
  wins: z.number().int(),
  losses: z.number().int(),
  /** Of the wins and losses, ids of the first ten each. */
  wonIds: z.array(z.string()),
  lostIds: z.array(z.string()),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** Answer of a gate. */
export const gateResultSchema = z.object({
  name: z.string(),
  rule: z.string(),
  outcome: z.enum(['pass', 'fail', 'not-enough-rows']),
  metric: z.string(),
  system: z.string(),
  reference: z.string().nullable(),
  /** Non-inferiority margin in units of the metric; null for an absolute threshold. */
  margin: z.number().nullable(),
  threshold: z.number().nullable(),
  estimate: estimateSchema,
  /** With the same effect, rows that would decide; null where none would or none are missing. */
  rowsNeeded: z.number().int().nullable(),
  explanation: z.string(),
});
export type GateResult = z.infer<typeof gateResultSchema>;

/** Agreement of torch and the GGUF on the same rows. */
export const paritySchema = z.object({
  rows: z.number().int(),
  disagreements: z.number().int(),
  /** Rows whose prompt tokens differ between trainer and engine: must be 0. */
  tokenMismatches: z.number().int(),
  /** Allowed share of disagreements, 0..1. */
  bound: z.number(),
  maxProbabilityDifference: z.number().nullable(),
  pass: z.boolean(),
  cases: z.array(
    z.object({
      id: z.string(),
      prompt: z.string(),
      reference: z.string(),
      served: z.string(),
      detail: z.string(),
    }),
  ),
});
export type Parity = z.infer<typeof paritySchema>;

/** One quantisation measured on the test rows, against the F16 merged model. */
export const quantizationResultSchema = z.object({
  /** "F16" … or "adapter" for the adapter on its base. */
  id: z.string(),
  type: z.enum(quantizationTypes).nullable(),
  sizeBytes: z.number().int(),
  metric: z.string(),
  /** Primary metric on the test split. */
  score: estimateSchema,
  /** Test rows answered otherwise than by F16, of the rows that both answered: `n` of `delta`. */
  flips: z.number().int(),
  /** Score minus F16's, on the test split. */
  delta: estimateSchema,
  /** Gate on the development rows; what the choice rests on. Null for the reference itself and the adapter. */
  gate: gateResultSchema.nullable(),
  tokensPerSecond: z.number(),
  memoryBytes: z.number().int().nullable(),
  picked: z.boolean(),
});
export type QuantizationResult = z.infer<typeof quantizationResultSchema>;

export const forgettingSchema = z.object({
  /** Name and version of the probe. */
  probe: z.string(),
  base: estimateSchema,
  specialist: estimateSchema,
  /** Specialist minus base, paired by question. */
  delta: estimateSchema,
  /** What guessing reaches on these questions, 0..1; null where an older version measured. */
  chance: z.number().nullable().default(null),
  /** Whether the base knows more than chance: what it does not know it cannot be seen to forget. */
  informative: z.boolean().default(true),
});
export type Forgetting = z.infer<typeof forgettingSchema>;

/** `evaluation.json`: everything measured on the test split, for the report, the manifest and `compare`. */
export const evaluationSchema = z.object({
  schemaVersion: z.literal(1),
  taskKind: z.enum(taskKinds),
  datasetHash: z.string(),
  testRows: z.number().int(),
  testGroups: z.number().int(),
  /** Name of the metric that decides. */
  primaryMetric: z.string(),
  /** In one line each, by metric name. */
  metricDescriptions: z.record(z.string(), z.string()),
  systems: z.array(systemResultSchema),
  comparisons: z.array(comparisonSchema),
  gates: z.array(gateResultSchema),
  parity: paritySchema.nullable(),
  /** Why parity was not checked; null where it was. */
  parityNotChecked: z.string().nullable().default(null),
  quantizations: z.array(quantizationResultSchema),
  picked: z.enum(quantizationTypes).nullable(),
  forgetting: forgettingSchema.nullable(),
  /** Plain-language findings, e.g. that a linear model does as well. */
  findings: z.array(z.object({ code: z.string(), text: z.string() })),
  seeds: z.record(z.string(), z.number()),
});
export type Evaluation = z.infer<typeof evaluationSchema>;
