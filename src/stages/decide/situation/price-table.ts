import { type Basis, basisText } from '../../../core/basis.ts';
import { priceLists } from './list-prices.ts';

/** A published list price, in US dollars a million tokens. */
export interface ListPrice {
  readonly model: string;
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  /** Month of the list that has the price: `YYYY-MM`. */
  readonly date: string;
  readonly source: string;
  /** The vendor's page; of shipped prices. */
  readonly url?: string;
  /** What a shipped price rests on; absent from a list of the user's own, which is taken at its word. */
  readonly basis?: Basis;
}

/**
 * List prices that the answers can name by model. Prices change: each has its date, and `incumbent.price` in the
 * answers, or `large.price` in stepdown.yaml, wins over the table.
 */
export const priceTable: readonly ListPrice[] = priceLists.flatMap(({ models, source, ...list }) =>
  Object.entries(models).map(([model, [input, cachedInput, output, note]]) => ({
    model,
    input,
    cachedInput,
    output,
    source: note === undefined ? source : `${source} (${note})`,
    ...list,
  })),
);

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
