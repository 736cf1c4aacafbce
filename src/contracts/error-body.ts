import { z } from 'zod';

/** Every error of the HTTP API, as OpenAI's clients expect it. */
export const errorBodySchema = z.object({
  error: z.object({
    message: z.string(),
    /** `invalid_request_error`, `authentication_error`, `rate_limit_error`, `upstream_error`, `server_error`. */
    type: z.string(),
    /** The parameter that is wrong. */
    param: z.string().nullable(),
    /** Stable and kebab-case. */
    code: z.string().nullable(),
  }),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;
