import { z } from 'zod';

/** What a client says of an answer: `POST /v1/feedback`. */
export const feedbackRequestSchema = z
  .strictObject({
    /** `x-request-id` of the answer. */
    id: z.string().min(1).max(128),
    /** The right answer, where the client knows it. */
    correct_answer: z
      .string()
      .max(1 << 20)
      .nullable()
      .default(null),
    /** -1 bad, 0 unsure, 1 good. */
    rating: z.literal([-1, 0, 1], 'must be -1, 0 or 1').nullable().default(null),
  })
  .refine(({ correct_answer, rating }) => correct_answer !== null || rating !== null, {
    message: 'give `correct_answer`, `rating`, or both',
  });
