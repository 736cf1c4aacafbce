import { z } from 'zod';
import { artifactSchema } from './artifact.ts';
import { estimateSchema } from './estimate.ts';
import { quantizationTypes } from './quantizer.ts';
import { promptSchema, taskSchema } from './task.ts';

/** `manifest.json` of a specialist folder: immutable, everything in it pinned by hash. */
export const specialistManifestSchema = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  /** SHA-256 of this manifest without `hash` and `createdAt`. */
  hash: z.string().length(64),
  createdAt: z.iso.datetime(),
  task: taskSchema,
  prompt: promptSchema,
  base: z.object({
    id: z.string(),
    /** Where it came from, as a model reference (see models). */
    reference: z.string(),
    sha256: z.string().length(64),
    licence: z.string(),
    parameters: z.number().int().nullable(),
  }),
  template: z.object({
    source: z.string(),
    hash: z.string(),
    endOfTurn: z.string(),
    stop: z.array(z.string()),
  }),
  /** Token ids of each label exactly as trained on, in the order of task.labels (classify). */
  labelTokens: z.array(z.array(z.number().int())).nullable(),
  contextTokens: z.number().int().positive(),
  files: z.object({
    /** The GGUF that is served: the picked quantisation. */
    model: artifactSchema,
    adapterGguf: artifactSchema.nullable(),
    adapterPeft: artifactSchema.nullable(),
  }),
  quantization: z.enum(quantizationTypes),
  /** Primary metric on the test split, of the file that is served. */
  evaluation: z.object({ metric: z.string(), estimate: estimateSchema, sha256: z.string().length(64) }),
  lineage: z.object({
    datasetHash: z.string(),
    runIds: z.array(z.string()),
    hyperparameters: z.record(z.string(), z.unknown()),
    stepdownVersion: z.string(),
  }),
  licences: z.array(z.object({ what: z.string(), licence: z.string(), note: z.string().nullable() })),
});
export type SpecialistManifest = z.infer<typeof specialistManifestSchema>;
