import { z } from 'zod';
import { canonicalJson, type JsonSchema } from './json.ts';

export const taskKinds = ['classify', 'extract', 'generate'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** What is to be answered. */
export const taskSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('classify'),
    /** The closed label set, in a fixed order. */
    labels: z.array(z.string().min(1)).min(2),
  }),
  z.object({
    kind: z.literal('extract'),
    /** JSON Schema every answer must satisfy. */
    schema: z.custom<JsonSchema>(
      value => typeof value === 'object' && value !== null && !Array.isArray(value),
    ),
  }),
  z.object({ kind: z.literal('generate') }),
]);
export type Task = z.infer<typeof taskSchema>;

/**
 * What an answer is held to while it is written: the schema of a record, with properties in the order of canonical
 * JSON; null where answers are no records. Targets are written in that order, and a model is held to the order of the
 * schema's properties: it must be the one that was trained on.
 */
export function answerSchema(task: Task): JsonSchema | null {
  return task.kind === 'extract' ? (JSON.parse(canonicalJson(task.schema)) as JsonSchema) : null;
}

/**
 * How a task is put to a model.
 * The specialist has learnt the task and gets the bare input; an untuned model gets the instruction too.
 */
export const promptSchema = z.object({
  /** Says the task in words; used for untuned models and the large model, never for the specialist. */
  instruction: z.string(),
  /** System message of the specialist, or null for none (shorter prompts are faster and lose nothing). */
  system: z.string().nullable(),
  /** Upper bound on answer length, in tokens. */
  maxAnswerTokens: z.number().int().positive(),
});
export type Prompt = z.infer<typeof promptSchema>;
