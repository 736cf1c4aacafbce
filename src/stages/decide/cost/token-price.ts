/** What one request costs a model that is paid by the token. */
export interface TokenUse {
  readonly inputTokens: number;
  /** Share of the input tokens that are billed as cached, 0..1. */
  readonly cachedInputShare: number;
  readonly outputTokens: number;
}

/** US dollars a million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
}

/**
 * Price of one request in US dollars: tokens times price, cached input at its own price.
 * @see https://openai.com/api/pricing and https://www.anthropic.com/pricing (how providers bill)
 */
export function tokenCostUsd(use: TokenUse, price: TokenPrice): number {
  const cached = use.inputTokens * use.cachedInputShare;
  return (
    ((use.inputTokens - cached) * price.input +
      cached * price.cachedInput +
      use.outputTokens * price.output) /
    1e6
  );
}
