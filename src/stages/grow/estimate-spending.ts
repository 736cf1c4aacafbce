import type { GenerateRequest } from '../../core/chat-model.ts';
import {
  costBound,
  type Guess,
  guessCost,
  guessPromptTokens,
  guessTokens,
  type Price,
} from './paying/token-cost.ts';

/** Requests of one kind, described by examples of them. */
export interface Spending {
  readonly purpose: 'inputs' | 'targets' | 'judge';
  readonly price: Price;
  /** Requests of this kind; the value is expected, not measured. */
  readonly requests: Guess;
  /** Requests as they will be sent, some or all. */
  readonly samples: readonly GenerateRequest[];
  /** Characters of the answer that is expected. */
  readonly answerCharacters: number;
}

/** What requests will cost, before any is sent. */
export interface SpendingEstimate {
  readonly requests: Guess;
  readonly tokens: Guess;
  /** US dollars; null where a price is not known. */
  readonly costUsd: Guess | null;
  /** What it costs if every answer is as long as is allowed; null where a price is not known. */
  readonly atMostUsd: number | null;
  readonly byPurpose: readonly {
    readonly purpose: Spending['purpose'];
    readonly requests: Guess;
    readonly costUsd: Guess | null;
  }[];
}

/** Estimates tokens and money from the text of the requests, with a range; tokens themselves are not counted. */
export function estimateSpending(parts: readonly Spending[]): SpendingEstimate {
  const each = parts.map(part => {
    const prompts = part.samples.map(({ messages }) => guessPromptTokens(messages));
    const prompt = mean(prompts);
    const longest = Math.max(0, ...part.samples.map(({ maxTokens }) => maxTokens));
    const guessed = guessTokens(part.answerCharacters);
    // Answers vary more than prompts: half and twice the usual length.
    const answer = {
      value: Math.min(longest, guessed.value + 4),
      low: Math.min(longest, guessed.low / 2 + 1),
      high: Math.min(longest, guessed.high * 2 + 16),
    };
    const one = guessCost(prompt, answer, part.price);
    const bounds = part.samples.map(request => costBound(request, part.price));
    return {
      purpose: part.purpose,
      requests: part.requests,
      tokens: product(part.requests, sum([prompt, answer])),
      costUsd: one && product(part.requests, one),
      atMostUsd: bounds.some(bound => bound === null)
        ? null
        : Math.max(0, ...bounds.map(bound => bound ?? 0)) * part.requests.high,
    };
  });
  const costs = each.map(({ costUsd }) => costUsd);
  const known = costs.filter(cost => cost !== null);
  return {
    requests: sum(each.map(({ requests }) => requests)),
    tokens: sum(each.map(({ tokens }) => tokens)),
    costUsd: known.length === costs.length ? sum(known) : null,
    atMostUsd: each.some(({ atMostUsd }) => atMostUsd === null)
      ? null
      : each.reduce((total, { atMostUsd }) => total + (atMostUsd ?? 0), 0),
    byPurpose: each.map(({ purpose, requests, costUsd }) => ({ purpose, requests, costUsd })),
  };
}

/** The same number, known for certain. */
export const exactly = (value: number): Guess => ({ value, low: value, high: value });

const combine = (pick: (edge: keyof Guess) => number): Guess => ({
  value: pick('value'),
  low: pick('low'),
  high: pick('high'),
});
const sum = (guesses: readonly Guess[]) =>
  combine(edge => guesses.reduce((total, guess) => total + guess[edge], 0));
const mean = (guesses: readonly Guess[]) => combine(edge => sum(guesses)[edge] / Math.max(1, guesses.length));
const product = (a: Guess, b: Guess) => combine(edge => a[edge] * b[edge]);
