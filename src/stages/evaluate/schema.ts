import { z } from 'zod';
import { evaluationSchema } from '../../core/evaluation.ts';

/** Systems that can be switched on; the specialist and its quantisations are always measured. */
export const optionalSystems = [
  'floors',
  'base',
  'base-scored',
  'base-few-shot',
  'adapter',
  'large',
] as const;

const gateName = z.string().min(1).describe('Its name in results and reports.');

const gate = z.discriminatedUnion('kind', [
  z.strictObject({
    name: gateName,
    kind: z
      .literal('non-inferiority')
      .describe('The specialist is not worse than another system by more than a margin.'),
    metric: z.string().optional().describe('Metric name; the primary one when absent.'),
    reference: z
      .string()
      .describe('System that the specialist must not be worse than, e.g. tfidf-linear or large.'),
    margin: z.number().min(0).lt(1).describe('Largest acceptable loss, in units of the metric.'),
  }),
  z.strictObject({
    name: gateName,
    kind: z.literal('threshold').describe('The specialist is better than a number.'),
    metric: z.string().optional().describe('Metric name; the primary one when absent.'),
    threshold: z.number().min(0).lt(1).describe('The whole interval of the specialist must lie above it.'),
  }),
]);
export type GateRule = z.infer<typeof gate>;

/** Section `evaluate` of stepdown.yaml. */
export const evaluateConfigSchema = z.strictObject({
  systems: z
    .array(z.enum(optionalSystems))
    .default([...optionalSystems])
    .describe('What the specialist is compared with; systems that are not configured are left out.'),
  fewShot: z
    .number()
    .int()
    .min(0)
    .max(64)
    .default(6)
    .describe('Solved train examples shown to base-few-shot.'),
  gates: z
    .array(gate)
    .default([])
    .describe('Rules the specialist must satisfy; their answer is the exit code.'),
  confidence: z.number().gt(0.5).lt(1).default(0.95).describe('Coverage of every interval, 0..1.'),
  resamples: z.number().int().min(100).max(100_000).default(2000).describe('Bootstrap resamples.'),
  seed: z.number().int().nonnegative().default(0).describe('Seed of bootstrap and choice of shots.'),
  concurrency: z.number().int().min(1).max(64).default(4).describe('Requests at once to the large model.'),
  parity: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Compare the trainer with the served F16 model.'),
      rows: z.number().int().positive().default(200).describe('Test rows compared, at most.'),
      bound: z
        .number()
        .min(0)
        .max(1)
        .nullable()
        .default(null)
        .describe('Share of rows that may differ; null: 0.02 for classify, 0.1 otherwise.'),
    })
    .prefault({}),
  quantizationRows: z
    .number()
    .int()
    .positive()
    .default(400)
    .describe('Test rows for each quantisation, at most.'),
  forgetting: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Measure what the base knew and the specialist no longer does.'),
      rows: z.number().int().min(20).max(188).default(160).describe('Questions of the shipped probe.'),
    })
    .prefault({}),
});
export type EvaluateConfig = z.infer<typeof evaluateConfigSchema>;

export const evaluateResultSchema = z.object({
  evaluation: evaluationSchema,
  /** `evaluation.json`, relative to the workspace. */
  file: z.string(),
});
export type EvaluateResult = z.infer<typeof evaluateResultSchema>;
