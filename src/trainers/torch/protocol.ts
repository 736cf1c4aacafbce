import { z } from 'zod';
import type { TrainProgress } from '../../core/trainer.ts';

/** Verbs of `python -m stepdown_trainer`. */
export type TrainerVerb = 'info' | 'train' | 'answer' | 'convert';

const progressSchema = z.object({
  event: z.literal('progress'),
  step: z.number(),
  totalSteps: z.number(),
  epoch: z.number(),
  loss: z.number(),
  learningRate: z.number(),
  tokensPerSecond: z.number(),
  etaSeconds: z.number(),
  memoryBytes: z.number(),
}) satisfies z.ZodType<TrainProgress>;

/** One line of the trainer's stdout; trainer/stepdown_trainer/protocol.py writes them. */
export const trainerEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('status'), text: z.string() }),
  progressSchema,
  z.object({ event: z.literal('result'), result: z.unknown() }),
  z.object({
    event: z.literal('error'),
    code: z.string(),
    message: z.string(),
    hint: z.string(),
    category: z.enum(['prerequisite', 'data', 'interrupted', 'bug']),
    details: z.record(z.string(), z.unknown()).default({}),
  }),
]);
export type TrainerEvent = z.infer<typeof trainerEventSchema>;
export type TrainerErrorEvent = Extract<TrainerEvent, { event: 'error' }>;

/** What the `info` verb answers. */
export const trainerEnvironmentSchema = z.object({
  pythonPath: z.string(),
  pythonVersion: z.string(),
  packages: z.record(z.string(), z.string()),
  device: z.enum(['cpu', 'cuda', 'mps']),
  deviceName: z.string(),
  memoryBytes: z.number(),
  bf16: z.boolean(),
});

/** One line of an answers file. */
export const referenceAnswerSchema = z.object({
  id: z.string(),
  text: z.string(),
  promptTokens: z.array(z.number().int()),
  answerTokens: z.array(z.number().int()),
  finishReason: z.enum(['stop', 'length']),
  best: z.object({ label: z.string(), probability: z.number() }).nullable(),
});
