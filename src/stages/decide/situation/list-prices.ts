import type { Basis } from '../../../core/basis.ts';

/** What vendors ask for some of their models, as one page or one report says it. */
interface PriceList {
  readonly source: string;
  /** The vendor's page; where it names each model on a page of its own, the folder of those. */
  readonly url: string;
  /** Month in which the list held these prices: `YYYY-MM`. */
  readonly date: string;
  readonly basis: Basis;
  /** US dollars a million tokens: input, cached input, output; and what the reader should know besides. */
  readonly models: Readonly<Record<string, readonly [number, number, number, string?]>>;
}

/**
 * Prices of the standard tier for short prompts, without launch discounts: what is paid for good, not this week.
 * `text` where the vendor's own page was read; `secondary` where two price tables kept by others agree on it
 * (`model_prices_and_context_window.json` of litellm 1.110.2, and genai-prices 0.2.3).
 */
export const priceLists: readonly PriceList[] = [
  {
    source: 'OpenAI price list',
    url: 'https://developers.openai.com/api/docs/models',
    date: '2026-11',
    basis: 'text',
    models: {
      'gpt-6.2-sol': [2, 0.1, 10],
      'gpt-6-sol': [2, 0.2, 10],
      'gpt-6-luna': [0.1, 0.01, 0.5],
      'gpt-5.6-sol': [4, 0.4, 20, 'a promotion, promised until 2026-11-21 at least'],
      'gpt-5.6-terra': [2, 0.2, 12],
      'gpt-5.6-luna': [0.2, 0.02, 1.2],
      'gpt-5.4-nano': [0.2, 0.02, 1.25],
      'gpt-5.1': [1.25, 0.125, 10],
      'gpt-5-mini': [0.25, 0.025, 2, 'retires on 2026-12-11'],
      'gpt-5-nano': [0.05, 0.005, 0.4, 'deprecated'],
      'gpt-4.1-nano': [0.1, 0.025, 0.4, 'retired'],
    },
  },
  {
    source: 'OpenAI price list',
    url: 'https://developers.openai.com/api/docs/pricing',
    date: '2026-11',
    basis: 'secondary',
    models: {
      'gpt-6.2-astra': [8, 0.4, 40],
      'gpt-6.1-sol': [2, 0.1, 10],
      'gpt-6.1-terra': [1, 0.05, 5],
      'gpt-6-astra': [10, 1, 50],
      'gpt-5.5': [5, 0.5, 30],
      'gpt-5.4': [2.5, 0.25, 15],
      'gpt-5.4-mini': [0.75, 0.075, 4.5],
      'gpt-5.2': [1.75, 0.175, 14],
      'gpt-5': [1.25, 0.125, 10],
      o3: [2, 0.5, 8],
      'gpt-4.1': [2, 0.5, 8, 'retires on 2027-01-14'],
      'gpt-4.1-mini': [0.4, 0.1, 1.6, 'retires on 2027-01-14'],
      'gpt-4o': [2.5, 1.25, 10, 'retires on 2027-01-14'],
      'gpt-4o-mini': [0.15, 0.075, 0.6, 'retires on 2027-01-14'],
    },
  },
  {
    source: 'Anthropic price list',
    url: 'https://platform.claude.com/docs/en/about-claude/pricing',
    date: '2026-11',
    basis: 'text',
    models: {
      'claude-fable-5-1': [10, 0.25, 50],
      'claude-opus-5-5': [4, 0.2, 20],
      'claude-opus-5': [5, 0.5, 25],
      'claude-opus-4-8': [5, 0.5, 25],
      'claude-opus-4-7': [5, 0.5, 25],
      'claude-opus-4-6': [5, 0.5, 25],
      'claude-opus-4-5': [5, 0.5, 25],
      'claude-sonnet-5': [2, 0.2, 10],
      'claude-sonnet-4-6': [3, 0.3, 15],
      'claude-sonnet-4-5': [3, 0.3, 15, 'retires on 2026-11-30'],
      'claude-haiku-4-5': [1, 0.1, 5],
    },
  },
  {
    source: 'Anthropic price list',
    url: 'https://platform.claude.com/docs/en/about-claude/pricing',
    date: '2026-11',
    basis: 'secondary',
    models: {
      'claude-fable-5-2': [8, 0.2, 40],
      'claude-sonnet-5-5': [2, 0.1, 10],
      'claude-haiku-5-5': [0.1, 0.01, 0.5, 'prompts up to 100,000 tokens'],
    },
  },
  {
    source: 'Anthropic price list',
    url: 'https://docs.anthropic.com/en/docs/about-claude/pricing',
    date: '2025-08',
    basis: 'text',
    models: {
      'claude-opus-4-1': [15, 1.5, 75, 'retired'],
      'claude-3-5-sonnet': [3, 0.3, 15, 'retired'],
      'claude-3-5-haiku': [0.8, 0.08, 4, 'retired'],
    },
  },
  {
    source: 'Gemini price list',
    url: 'https://ai.google.dev/gemini-api/docs/pricing',
    date: '2026-11',
    basis: 'secondary',
    models: {
      'gemini-4-argon': [4, 0.2, 20, 'half of it until 2026-12-01'],
      'gemini-4-hydrogen': [1.5, 0.075, 7.5],
      'gemini-3.8-flash': [1.5, 0.15, 7.5, 'half of it until 2027-01-01'],
      'gemini-3.7-flash': [1.5, 0.15, 7.5, 'half of it until 2027-01-01'],
      'gemini-3.6-flash': [1.5, 0.15, 7.5, 'half of it until 2027-01-01'],
      'gemini-3.5-flash': [1.5, 0.15, 9],
      'gemini-3.5-flash-lite': [0.3, 0.03, 2.5],
      'gemini-3.1-flash-lite': [0.25, 0.025, 1.5],
      'gemini-3.1-pro-preview': [2, 0.2, 12, 'prompts up to 200,000 tokens'],
      'gemini-3-flash-preview': [0.5, 0.05, 3],
      'gemini-2.5-pro': [1.25, 0.125, 10, 'prompts up to 200,000 tokens'],
      'gemini-2.5-flash': [0.3, 0.03, 2.5],
      'gemini-2.5-flash-lite': [0.1, 0.01, 0.4],
    },
  },
  {
    source: 'Mistral price list',
    url: 'https://docs.mistral.ai/inference/pricing',
    date: '2026-08',
    basis: 'text',
    models: {
      'mistral-large-2512': [0.5, 0.05, 1.5],
      'mistral-medium-3-5': [1.5, 0.15, 7.5],
      'mistral-medium-3.5': [1.5, 0.15, 7.5],
      'mistral-medium-latest': [1.5, 0.15, 7.5],
      'mistral-small-2603': [0.15, 0.015, 0.6],
      'mistral-small-latest': [0.15, 0.015, 0.6],
      'ministral-14b-2512': [0.2, 0.02, 0.2],
      'ministral-8b-2512': [0.15, 0.015, 0.15],
      'ministral-3b-2512': [0.1, 0.01, 0.1],
    },
  },
  {
    source: 'Mistral price list',
    url: 'https://docs.mistral.ai/inference/pricing',
    date: '2026-11',
    basis: 'secondary',
    models: {
      'mistral-large-4': [0.7, 0.07, 2.1],
      'mistral-large-4-0': [0.7, 0.07, 2.1],
      'mistral-large-latest': [0.5, 0.05, 1.5],
    },
  },
  {
    source: 'DeepSeek price list',
    url: 'https://api-docs.deepseek.com/quick_start/pricing',
    date: '2026-11',
    basis: 'text',
    models: {
      'deepseek-flash': [0.15, 0.003, 0.6, 'twice that in peak hours, 35 of 168 a week'],
      'deepseek-v4-flash': [0.15, 0.003, 0.6, 'twice that in peak hours, 35 of 168 a week'],
      'deepseek-v4-pro': [0.66, 0.022, 1.98, 'twice that in peak hours, 35 of 168 a week'],
    },
  },
];
