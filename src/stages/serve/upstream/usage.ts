import type { Usage } from '../../../core/chat-model.ts';
import { tokensBySize } from '../tokens-by-size.ts';

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  /** As `input` when absent. */
  readonly cachedInput?: number | undefined;
  readonly output: number;
}

/** Tokens as a server counted them. */
export interface TokenCounts {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Of the prompt tokens, those billed as cached. */
  readonly cachedTokens: number;
}

/** `usage` of an answer as OpenAI or Anthropic write it; null where it counts nothing. */
export function readUsage(value: unknown): TokenCounts | null {
  if (typeof value !== 'object' || value === null) return null;
  const usage = value as Record<string, unknown>;
  if ('input_tokens' in usage || 'output_tokens' in usage) {
    const cached = count(usage['cache_read_input_tokens']);
    return {
      // Anthropic counts what was read from its cache and what was put there apart from the rest.
      promptTokens: count(usage['input_tokens']) + cached + count(usage['cache_creation_input_tokens']),
      completionTokens: count(usage['output_tokens']),
      cachedTokens: cached,
    };
  }
  if (!('prompt_tokens' in usage)) return null;
  const details = usage['prompt_tokens_details'] as { cached_tokens?: unknown } | null | undefined;
  const promptTokens = count(usage['prompt_tokens']);
  return {
    promptTokens,
    completionTokens: count(usage['completion_tokens']),
    cachedTokens: Math.min(promptTokens, count(details?.cached_tokens)),
  };
}

/**
 * Tokens of an answer that was not counted to its end, by size; where the server has counted more, its count.
 * @param counted as far as the server came
 */
export function tokensOfUncounted(
  promptBytes: number,
  answerBytes: number,
  counted: TokenCounts | null,
): TokenCounts {
  return {
    promptTokens: counted?.promptTokens ?? tokensBySize(promptBytes),
    completionTokens: Math.max(counted?.completionTokens ?? 0, tokensBySize(answerBytes)),
    cachedTokens: counted?.cachedTokens ?? 0,
  };
}

/** Counts with what they cost; null money where no price is known. */
export function withCost(tokens: TokenCounts | null, price: Price | null): Usage | null {
  if (tokens === null) return null;
  const { promptTokens, completionTokens, cachedTokens } = tokens;
  return {
    promptTokens,
    completionTokens,
    cachedTokens,
    costUsd: price === null ? null : costOf(tokens, price),
  };
}

function costOf({ promptTokens, completionTokens, cachedTokens }: TokenCounts, price: Price): number {
  const dollars =
    (promptTokens - cachedTokens) * price.input +
    cachedTokens * (price.cachedInput ?? price.input) +
    completionTokens * price.output;
  return dollars / 1e6;
}

function count(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : 0;
}
