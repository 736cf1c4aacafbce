import type { Message } from '../../../../core/example.ts';

/** One question and its answer, as another program logged it. */
export interface ImportedExchange {
  /** As the log names it; null where it has no ids. */
  readonly id: string | null;
  /** Milliseconds since 1970-01-01 UTC; null where the log does not say. */
  readonly at: number | null;
  /** Model as the client named it. */
  readonly model: string | null;
  readonly messages: readonly Message[];
  readonly answer: string;
  readonly latencyMs: number | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly cachedTokens: number | null;
  readonly costUsd: number | null;
}

/** An exchange, or why there is none: `skipped` is no fault (a span that calls no model), the others are. */
export type ReadExchange =
  | { readonly exchange: ImportedExchange }
  | { readonly problem: { readonly code: string; readonly reason: string } }
  | { readonly skipped: string };

/** What is missing of an exchange, or the exchange. */
export function complete(
  exchange: Omit<ImportedExchange, 'messages' | 'answer'> & {
    readonly messages: readonly Message[] | null;
    readonly answer: string | null;
  },
): ReadExchange {
  const { messages, answer } = exchange;
  if (messages === null || !messages.some(message => message.content.trim() !== '')) {
    return {
      problem: { code: 'no-input', reason: 'the record holds no input (was content logged at all?)' },
    };
  }
  if (answer === null) {
    return { problem: { code: 'no-answer', reason: 'the record holds no answer as text' } };
  }
  return { exchange: { ...exchange, messages, answer } };
}
