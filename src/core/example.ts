import { z } from 'zod';

/** One turn of a conversation. */
export const messageSchema = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string(),
});
export type Message = z.infer<typeof messageSchema>;

/**
 * One labelled row: what the model is shown and what it must answer.
 * For *classify* the target is a label, for *extract* canonical JSON text, for *generate* the text itself.
 */
export const exampleSchema = z.object({
  /** Unique in its dataset. */
  id: z.string().min(1),
  /** The input: one user message in the ordinary case; never holds the answer. */
  messages: z.array(messageSchema).min(1),
  target: z.string(),
  /**
   * Rows of the train split that a large model labelled: the probabilities it gave the labels, summing to 1. Absent
   * where they are not known.
   */
  labelProbabilities: z.record(z.string(), z.number().min(0).max(1)).optional(),
  /** Further acceptable targets (*generate* with several references). */
  references: z.array(z.string()).default([]),
  /** Rows of one group (customer, document, machine) never sit in two splits; intervals resample groups. */
  group: z.string().nullable().default(null),
  /** Where the row came from: file as named in stepdown.yaml, 1-based line or row number. */
  source: z.object({ file: z.string(), line: z.number().int().positive() }),
});
export type Example = z.infer<typeof exampleSchema>;

/** The four parts of a dataset. */
export const splitNames = ['train', 'validation', 'calibration', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** The splits that training, calibration and selection may read. */
export type DevelopmentSplitName = Exclude<SplitName, 'test'>;

/** The text of the input as one string: the contents of all messages, joined by a blank line. */
export function inputText(example: Pick<Example, 'messages'>): string {
  return example.messages.map(message => message.content).join('\n\n');
}
