import { type Basis, basisText } from '../../../core/basis.ts';

/** A published list price, in US dollars a million tokens. */
export interface ListPrice {
  readonly model: string;
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  /** When the price was published: `YYYY-MM`. */
  readonly date: string;
  readonly source: string;
  /** What a shipped price rests on; absent from a list of the user's own, which is taken at its word. */
  readonly basis?: Basis;
}

/**
 * List prices that the answers can name by model. Prices change: each has its date, and `incumbent.price` in the
 * answers, or `large.price` in stepdown.yaml, wins over the table.
 */
export const priceTable: readonly ListPrice[] = [
  {
    model: 'gpt-4o',
    input: 2.5,
    cachedInput: 1.25,
    output: 10,
    date: '2024-10',
    source: 'OpenAI price list (gpt-4o-2024-08-06)',
    basis: 'secondary',
  },
  {
    model: 'gpt-4o-mini',
    input: 0.15,
    cachedInput: 0.075,
    output: 0.6,
    date: '2024-10',
    source: 'OpenAI price list (gpt-4o-mini-2024-07-18)',
    basis: 'secondary',
  },
  {
    model: 'gpt-4.1',
    input: 2,
    cachedInput: 0.5,
    output: 8,
    date: '2025-04',
    source: 'OpenAI price list (gpt-4.1-2025-04-14)',
    basis: 'secondary',
  },
  {
    model: 'gpt-4.1-mini',
    input: 0.4,
    cachedInput: 0.1,
    output: 1.6,
    date: '2025-04',
    source: 'OpenAI price list (gpt-4.1-mini-2025-04-14)',
    basis: 'secondary',
  },
  {
    model: 'claude-3-5-sonnet',
    input: 3,
    cachedInput: 0.3,
    output: 15,
    date: '2024-10',
    source: 'Anthropic price list (cached input: cache reads)',
    basis: 'secondary',
  },
];

/** Where a price is from: `OpenAI price list, 2024-10, from a report about it, not checked at the source`. */
export function priceSource({ source, date, basis }: ListPrice): string {
  return [source, date, ...(basis === undefined ? [] : [basisText[basis]])].join(', ');
}

/** A model's name in small letters, without the provider before a slash and the date of the version behind it. */
export function plainModelName(model: string): string {
  return model
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/[-@]\d{4}-?\d{2}-?\d{2}$/, '');
}

/** The list price of a model by its name; that of the very version where the table has it. Null where unknown. */
export function listPriceOf(model: string, prices: readonly ListPrice[] = priceTable): ListPrice | null {
  const exact = model.toLowerCase().replace(/^.*\//, '');
  return (
    prices.find(entry => entry.model.toLowerCase() === exact) ??
    prices.find(entry => plainModelName(entry.model) === plainModelName(model)) ??
    null
  );
}

/** The shipped table with a user's own entries over it: of one model theirs counts. */
export function pricesOver(own: readonly ListPrice[]): ListPrice[] {
  const names = new Set(own.map(({ model }) => model.toLowerCase()));
  return [...own, ...priceTable.filter(({ model }) => !names.has(model))];
}

/** Whole months from a `YYYY-MM` to a day. */
export function monthsSince(date: string, today: Date): number {
  const [year, month] = date.split('-').map(Number) as [number, number];
  return (today.getUTCFullYear() - year) * 12 + today.getUTCMonth() + 1 - month;
}
