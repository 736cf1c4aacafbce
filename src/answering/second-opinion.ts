import type { ChatModel } from '../core/chat-model.ts';
import { StepdownError } from '../core/errors/index.ts';
import type { Message } from '../core/example.ts';
import type { JsonSchema } from '../core/json.ts';
import type { SecondOpinion, SecondOpinionKind } from '../core/second-opinion.ts';
import type { Task } from '../core/task.ts';
import { likeness } from './likeness.ts';

/** High enough that an unsure model says something else, low enough that a sure one does not. */
const sampleTemperature = 0.7;
const question =
  'Is the answer above right and complete for the request above it? Answer with one word: Yes or No.';

/** An answer that is asked about again. */
export interface GivenAnswer {
  /** As the model was shown them. */
  readonly messages: readonly Message[];
  readonly text: string;
  readonly maxTokens: number;
  /** The answer was held to this schema; null where it was free. */
  readonly jsonSchema: JsonSchema | null;
  readonly signal?: AbortSignal;
}

/**
 * Asks a model again about an answer it gave: for a second sample, or whether the first is right.
 *
 * A model that cannot be asked gives null. Confidence in the opinion is left to calibration, which is what finds out
 * how much it is worth.
 *
 * @throws InterruptedError where the caller gives up
 * @see X. Wang et al., "Self-consistency improves chain of thought reasoning in language models", ICLR 2023
 * @see S. Kadavath et al., "Language models (mostly) know what they know", 2022, arXiv 2207.05221, section 4: P(True)
 */
export async function askAgain(
  model: ChatModel,
  kind: SecondOpinionKind,
  task: Task,
  given: GivenAnswer,
): Promise<SecondOpinion> {
  const name = kind === 'agreement' ? 'agreement' : 'verified';
  try {
    const value =
      kind === 'agreement' ? await agreementOf(model, task, given) : await verifiedBy(model, given);
    return { [name]: value };
  } catch (error) {
    if (given.signal?.aborted === true) throw error;
    // The answer itself stands: it is only not known how sure it is.
    if (error instanceof StepdownError && error.category !== 'interrupted') return { [name]: null };
    throw error;
  }
}

async function agreementOf(model: ChatModel, task: Task, given: GivenAnswer): Promise<number> {
  const { text } = await model.generate({
    messages: given.messages,
    maxTokens: given.maxTokens,
    temperature: sampleTemperature,
    // Of one request the second sample is always the same, so that a simulation repeats.
    seed: 1,
    ...(given.jsonSchema !== null && model.info.supports.jsonSchema ? { jsonSchema: given.jsonSchema } : {}),
    ...(given.signal ? { signal: given.signal } : {}),
  });
  return likeness(task.kind, given.text, text);
}

async function verifiedBy(model: ChatModel, given: GivenAnswer): Promise<number | null> {
  const messages: Message[] = [
    ...given.messages,
    { role: 'assistant', content: given.text },
    { role: 'user', content: question },
  ];
  const signal = given.signal ? { signal: given.signal } : {};
  if (model.info.supports.score) {
    const { probabilities } = await model.score({ messages, labels: ['Yes', 'No'], ...signal });
    return probabilities[0] ?? null;
  }
  const { text } = await model.generate({ messages, maxTokens: 4, temperature: 0, seed: 0, ...signal });
  const said = /^\W*(yes|no)\b/iu.exec(text)?.[1]?.toLowerCase();
  return said === undefined ? null : said === 'yes' ? 1 : 0;
}
