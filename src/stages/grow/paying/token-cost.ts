import type { GenerateRequest, RemoteModelSpec } from '../../../core/chat-model.ts';
import { canonicalJson } from '../../../core/json.ts';

/** Prices in US dollars per million tokens; null where unknown. */
export type Price = RemoteModelSpec['price'];

/** A guess at a number of tokens or at money, with the range it is expected in. */
export interface Guess {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Characters of text in one token: about 4 in English for the usual vocabularies; fewer in other languages, code
 * and numbers.
 * @see https://help.openai.com/en/articles/4936856-what-are-tokens-and-how-to-count-them
 */
const charactersPerToken = { value: 4, low: 5, high: 2.5 };

/** Tokens a chat format puts around each message. */
const messageTokens = { value: 5, low: 3, high: 10 };

/** Tokens of a text of so many characters, as a guess. */
export function guessTokens(characters: number): Guess {
  return {
    value: characters / charactersPerToken.value,
    low: characters / charactersPerToken.low,
    high: characters / charactersPerToken.high,
  };
}

/** Tokens of a prompt, as a guess. */
export function guessPromptTokens(messages: GenerateRequest['messages']): Guess {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  const text = guessTokens(characters);
  const at = (edge: keyof Guess) => text[edge] + messages.length * messageTokens[edge];
  return { value: at('value'), low: at('low'), high: at('high') };
}

/** Tokens around each message that no bound is known for; far above all formats in use. */
const boundPerMessage = 64;

/**
 * What one request costs at most, in US dollars; null without a price. A token stands for at least one byte in
 * byte-level vocabularies, and an answer is cut at `maxTokens`.
 */
export function costBound(request: GenerateRequest, price: Price): number | null {
  if (price === null) return null;
  const bytes = request.messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  const schema = request.jsonSchema ? Buffer.byteLength(canonicalJson(request.jsonSchema)) : 0;
  const prompt = bytes + schema + request.messages.length * boundPerMessage;
  return (prompt * Math.max(price.input, price.cachedInput) + request.maxTokens * price.output) / 1e6;
}

/** What so many tokens cost, in US dollars; null without a price. */
export function guessCost(prompt: Guess, answer: Guess, price: Price): Guess | null {
  if (price === null) return null;
  const at = (edge: keyof Guess) => (prompt[edge] * price.input + answer[edge] * price.output) / 1e6;
  return { value: at('value'), low: at('low'), high: at('high') };
}
