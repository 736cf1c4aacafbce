import { z } from 'zod';

/** The answer of `GET /v1/models/<alias>`. */
export const modelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  /** Seconds since 1970-01-01 UTC, when the alias was set up. */
  created: z.int(),
  owned_by: z.literal('stepdown'),
});
export type Model = z.infer<typeof modelSchema>;

/** The answer of `GET /v1/models`: every alias that requests with this key may name. */
export const modelListSchema = z.object({ object: z.literal('list'), data: z.array(modelSchema) });
export type ModelList = z.infer<typeof modelListSchema>;
