import { z } from 'zod';
import { artifactSchema } from '../../core/artifact.ts';
import { gateResultSchema } from '../../core/evaluation.ts';
import { quantizationTypes } from '../../core/quantizer.ts';
import { taskSchema } from '../../core/task.ts';

/** `quantize:` which files are made and how much may be lost for a smaller one. */
export const quantizeConfigSchema = z.strictObject({
  types: z
    .array(z.enum(quantizationTypes))
    .min(1)
    .default([...quantizationTypes])
    .describe('Quantisations to make and measure; F16 is always made, the others are compared with it.'),
  margin: z
    .number()
    .min(0)
    .lt(1)
    .default(0.02)
    .describe('Largest acceptable loss against F16, in units of the metric (0.02: two points of a hundred).'),
});
export type QuantizeConfig = z.infer<typeof quantizeConfigSchema>;

/** What the quantize stage works on. Paths are absolute. */
export const quantizeParametersSchema = z.object({
  config: quantizeConfigSchema,
  task: taskSchema,
  method: z.enum(['lora', 'qlora', 'full']),
  hfDir: z.string(),
  baseGguf: z.string(),
  /** PEFT adapter folder, or the full model's folder for method full. */
  adapterDir: z.string(),
  /** Jinja text of the template that was trained: the files carry it for other programs. */
  chatTemplate: z.string(),
  threads: z.number().int().positive().nullable(),
  seed: z.number().int().nonnegative(),
});
export type QuantizeParameters = z.infer<typeof quantizeParametersSchema>;

/** Result of the quantize stage. */
export const quantizeResultSchema = z.object({
  /** GGUF adapter, relative to the workspace; null for method full. */
  adapter: artifactSchema.nullable(),
  files: z.array(
    z.object({
      type: z.enum(quantizationTypes),
      file: artifactSchema,
      /** Against F16 on the development rows; null for F16 itself and where no row could be scored. */
      gate: gateResultSchema.nullable(),
    }),
  ),
  /** Types this model cannot have, with the reason. */
  skipped: z.array(z.object({ type: z.enum(quantizationTypes), reason: z.string() })),
  picked: z.enum(quantizationTypes),
  /** Why that one, in plain sentences. */
  explanation: z.string(),
  /** Metric of the gates and rows they rest on. */
  metric: z.string(),
  rows: z.number().int().nonnegative(),
});
export type QuantizeResult = z.infer<typeof quantizeResultSchema>;
