import { z } from 'zod';

/** A value with its interval: nothing is printed without one. */
export const estimateSchema = z.object({
  value: z.number(),
  /** Lower end of the interval, same unit as value. */
  low: z.number(),
  high: z.number(),
  /** Scored rows the value rests on. */
  n: z.number().int().nonnegative(),
  /** How the interval was made, e.g. "wilson", "cluster-bootstrap". */
  method: z.string(),
  /** Coverage of the interval, 0..1. */
  confidence: z.number().default(0.95),
});
export type Estimate = z.infer<typeof estimateSchema>;

/** Coverage of an interval as it is written: `95 %`. */
export function coverageText({ confidence }: Pick<Estimate, 'confidence'>): string {
  return `${Number((100 * confidence).toFixed(2))} %`;
}
