import { z } from 'zod';
import { artifactSchema } from './artifact.ts';

export const runStatuses = ['running', 'completed', 'failed', 'interrupted'] as const;

/** What one stage did, on what, with what, and how it ended. Never changed after it has ended. */
export const runRecordSchema = z.object({
  schemaVersion: z.literal(1),
  /** Sortable by time: `20261124T001500Z-train-3fa9c1`. */
  id: z.string(),
  stage: z.string(),
  status: z.enum(runStatuses),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** Hash over stage version, parameters and the hashes of the inputs: equal means nothing changed. */
  inputHash: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  inputs: z.array(artifactSchema),
  outputs: z.array(artifactSchema),
  /** The stage's result, by its own schema. */
  result: z.unknown(),
  environment: z.record(z.string(), z.string()),
  seeds: z.record(z.string(), z.number()),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      hint: z.string(),
      details: z.record(z.string(), z.unknown()),
    })
    .nullable(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;
