import { z } from 'zod';
import { cascadeConfigSchema } from '../stages/cascade/schema.ts';
import { dataConfigSchema, taskConfigSchema } from '../stages/data/schema.ts';
import { answersSchema } from '../stages/decide/schema.ts';
import { evaluateConfigSchema } from '../stages/evaluate/schema.ts';
import { growConfigSchema } from '../stages/grow/schema.ts';
import { quantizeConfigSchema } from '../stages/quantize/schema.ts';
import { serveConfigSchema } from '../stages/serve/schema.ts';
import { efforts, trainConfigSchema } from '../stages/train/schema.ts';
import { largeSchema } from './large.ts';
import { runtimeSchema } from './runtime.ts';

/** Name of a specialist: usable as a folder name and in a URL. */
const nameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens, at most 63')
  .meta({ description: 'Name of the specialist.' });

/** stepdown.yaml: the stages' sections and what they share. An unknown key is an error. */
export const configSchema = z.strictObject({
  name: nameSchema,
  task: taskConfigSchema.describe('What is to be answered.'),
  data: dataConfigSchema.describe('Labelled rows: where they are and how they are split.'),
  model: z.string().min(1).default('smollm2-135m-instruct').meta({
    description:
      'Base model: a catalogue id (`stepdown models list`) or a reference (`hf:`, `pypi:`, `file:`).',
  }),
  effort: z.enum(efforts).default('standard').meta({
    description: 'Time against quality: rank, epochs and learning rate are derived from it and printed.',
  }),
  train: trainConfigSchema.describe(
    'How the base model is fine-tuned. What is not set here is derived from effort.',
  ),
  quantize: quantizeConfigSchema
    .prefault({})
    .describe('Which files are made, and how much may be lost for a smaller one.'),
  evaluate: evaluateConfigSchema
    .prefault({})
    .describe('What is measured on the test split, and which gates decide.'),
  cascade: cascadeConfigSchema
    .prefault({})
    .describe('Which answers are given locally, and which requests go to the large model.'),
  large: largeSchema.nullable().default(null),
  grow: growConfigSchema
    .extend({
      judge: largeSchema
        .nullable()
        .default(null)
        .describe(
          'A second model that checks generated rows, described as the large one; never the teacher.',
        ),
    })
    .prefault({})
    .describe('Rows that the large model makes: `data generate` and `data distil`.'),
  decide: answersSchema
    .nullable()
    .default(null)
    .describe('Answers for `stepdown decide`, as in a file of answers; `--answers` wins.'),
  serve: serveConfigSchema.prefault({}).describe('The gateway that clients talk to.'),
  runtime: runtimeSchema.prefault({}),
});
export type Config = z.infer<typeof configSchema>;

/**
 * The same file for a gateway, which may serve upstreams alone: then neither task nor rows need be described.
 */
export const gatewayConfigSchema = configSchema.extend({
  name: nameSchema.default('gateway'),
  task: configSchema.shape.task.optional(),
  data: configSchema.shape.data.optional(),
});
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;
