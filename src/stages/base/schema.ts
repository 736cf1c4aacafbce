import { z } from 'zod';
import { resolvedModelSchema } from '../../core/model-source.ts';

/** What the base stage works on. */
export const baseParametersSchema = z.object({
  /** A catalogue id or a model reference. */
  model: z.string(),
  /** How it will be trained: decides how much memory is needed. */
  method: z.enum(['lora', 'qlora', 'full']),
  threads: z.number().int().positive().nullable(),
});
export type BaseParameters = z.infer<typeof baseParametersSchema>;

/** Result of the base stage: one model in the two forms that later stages need. */
export const baseResultSchema = z.object({
  model: resolvedModelSchema,
  /** Hugging Face folder to train on. Absolute: it lies in the cache, shared by workspaces. */
  hfDir: z.string(),
  /** The same weights as GGUF in F16, to serve and to merge into. Absolute. */
  baseGguf: z.string(),
});
export type BaseResult = z.infer<typeof baseResultSchema>;
