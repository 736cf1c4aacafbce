import { z } from 'zod';
import { secondOpinionKinds } from '../../core/second-opinion.ts';

const share = z.number().min(0).max(1);
const delta = z
  .number()
  .gt(0)
  .lt(0.5)
  .default(0.05)
  .describe('Chance, over the choice of calibration rows, that the bound does not hold.');

/** How the threshold is chosen. */
export const cascadeRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('error-bound').describe('At most a share alpha of the local answers is wrong.'),
    alpha: z.number().gt(0).lt(1).default(0.05).describe('Largest share of wrong local answers, 0..1.'),
    delta,
  }),
  z.strictObject({
    kind: z
      .literal('match-large')
      .describe('Answers are, as a whole, at most a margin worse than the large model’s.'),
    margin: z.number().min(0).lt(1).default(0.02).describe('Largest loss against the large model, 0..1.'),
    delta,
  }),
  z
    .strictObject({
      kind: z.literal('budget').describe('No more than so much is spent on the large model.'),
      maxEscalatedShare: share.optional().describe('Largest share of requests that may be escalated, 0..1.'),
      maxCostUsdPer1k: z
        .number()
        .nonnegative()
        .optional()
        .describe('Largest cost of 1,000 requests, in US dollars, at what the large model’s answers cost.'),
    })
    .refine(rule => (rule.maxEscalatedShare === undefined) !== (rule.maxCostUsdPer1k === undefined), {
      message: 'set exactly one of maxEscalatedShare and maxCostUsdPer1k',
    }),
]);
export type CascadeRule = z.infer<typeof cascadeRuleSchema>;

/** The section `cascade` of stepdown.yaml. */
export const cascadeConfigSchema = z.strictObject({
  rule: cascadeRuleSchema
    .prefault({ kind: 'error-bound' })
    .describe('How it is decided which answers are given locally.'),
  correct: z
    .strictObject({
      metric: z
        .string()
        .optional()
        .describe('Metric name. Default: accuracy, exact-record or exact-match, by task kind.'),
      atLeast: z.number().gt(0).max(1).default(1).describe('An answer that scores this much is right.'),
    })
    .prefault({})
    .describe('When an answer counts as right.'),
  secondOpinion: z
    .enum(['auto', 'none', ...secondOpinionKinds])
    .default('auto')
    .describe(
      'Ask the specialist again about each of its answers, for a signal where it has no log-probabilities or they say too little: `agreement` samples a second answer, `verifier` asks whether the first is right. Either about doubles the work of an answer. `auto` is agreement where a model server gives no log-probabilities, and none elsewhere.',
    ),
  outOfScopeShare: z
    .number()
    .min(0)
    .max(0.2)
    .default(0.01)
    .describe(
      'Share of the training inputs, 0..1, that would be taken for out of scope if they were new; 0 switches the check off.',
    ),
  auditShare: share
    .default(0.01)
    .describe('Share of requests escalated whatever the confidence, so that quality stays measurable.'),
  concurrency: z
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('Requests at once to the large model, and to servers that run the specialist.'),
  seed: z
    .int()
    .nonnegative()
    .default(0)
    .describe('Seed of the split into fitted and tested rows, and of intervals.'),
});
export type CascadeConfig = z.infer<typeof cascadeConfigSchema>;
