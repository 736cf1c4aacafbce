import type { QuantityKey } from '../answers/quantities/index.ts';
import type { Answers } from '../schema.ts';
import type { Found } from './found.ts';
import { type ListPrice, listPriceOf } from './price-table.ts';

/** Parts of the price of input that vendors bill for cached input, the lowest and the highest. */
const usualParts = [0.1, 1] as const;

/**
 * The price of cached input where that of input is stated and its own is not. It follows the stated one: in the
 * proportion of the model's list price, or in the span of what vendors bill. A price from elsewhere could be above that
 * of input, or far below it. Changes `found`.
 */
export function cachedPriceFromInput(
  found: Map<QuantityKey, Found>,
  { incumbent }: Answers,
  prices: readonly ListPrice[],
): void {
  const input = found.get('incumbent.price.input');
  const cached = found.get('incumbent.price.cachedInput');
  if (input?.origin !== 'answer' || cached === undefined) return;
  const { low, value, high, scale } = input.range;
  const at = (lowest: number, middle: number, highest: number) => ({
    low: low * lowest,
    value: value * middle,
    high: high * highest,
    scale,
  });
  const entry = incumbent.model === undefined ? null : listPriceOf(incumbent.model, prices);
  if (cached.origin === 'price-table' && entry !== null) {
    const part = entry.cachedInput / entry.input;
    found.set('incumbent.price.cachedInput', {
      range: at(part, part, part),
      origin: 'price-table',
      source: `${cached.source}; in proportion to the price of input (${input.source})`,
    });
  } else if (cached.origin === 'default') {
    const [lowest, highest] = usualParts;
    found.set('incumbent.price.cachedInput', {
      range: at(lowest, Math.sqrt(lowest * highest), highest),
      origin: 'default',
      source: `a tenth of the price of input (${input.source}) to all of it`,
    });
  }
}
