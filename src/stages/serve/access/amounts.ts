/** What is limited: counts of requests and tokens, and US dollars. */
export interface Amounts {
  readonly requests: number;
  readonly tokens: number;
  readonly costUsd: number;
}

export const dimensions = ['requests', 'tokens', 'costUsd'] as const;
export type Dimension = (typeof dimensions)[number];

export const nothing: Amounts = { requests: 0, tokens: 0, costUsd: 0 };

/** `a + factor * b` */
export function plus(a: Amounts, b: Amounts, factor = 1): Amounts {
  return {
    requests: a.requests + factor * b.requests,
    tokens: a.tokens + factor * b.tokens,
    costUsd: a.costUsd + factor * b.costUsd,
  };
}
