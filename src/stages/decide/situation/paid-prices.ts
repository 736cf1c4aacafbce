import type { QuantityKey } from '../answers/quantities/index.ts';
import { tokenCostUsd } from '../cost/token-price.ts';
import type { Evidence } from './evidence.ts';
import type { Found } from './found.ts';

const priceKeys = ['incumbent.price.input', 'incumbent.price.cachedInput', 'incumbent.price.output'] as const;

/** US dollars that a call costs by the prices and tokens found so far, at their medians; null where one is missing. */
export function costOfCall(found: ReadonlyMap<QuantityKey, Found>): number | null {
  const value = (key: QuantityKey) => found.get(key)?.range.value ?? Number.NaN;
  const cost = tokenCostUsd(
    {
      inputTokens: value('traffic.inputTokens'),
      cachedInputShare: value('traffic.cachedInputShare'),
      outputTokens: value('traffic.outputTokens'),
    },
    {
      input: value('incumbent.price.input'),
      cachedInput: value('incumbent.price.cachedInput'),
      output: value('incumbent.price.output'),
    },
  );
  return cost > 0 ? cost : null;
}

/**
 * Where nobody stated a price, but calls were recorded with what they cost: the prices in their known proportion, so
 * that the recorded tokens cost what was paid. Changes `found`.
 */
export function pricesFromCost(found: Map<QuantityKey, Found>, { traffic }: Evidence): void {
  const paid = traffic?.costUsdPer1k ?? null;
  if (traffic === null || paid === null || !(paid.value > 0)) return;
  if (traffic.tokensEstimated || traffic.inputTokens === null || traffic.outputTokens === null) return;
  if (priceKeys.some(key => !['default', 'price-table'].includes(found.get(key)?.origin ?? ''))) return;
  const perCall = costOfCall(found);
  if (perCall === null) return;
  const expected = perCall * 1000;
  for (const key of priceKeys) {
    const { range } = found.get(key)!;
    const at = (cost: number) => (range.value * Math.max(cost, paid.value / 10)) / expected;
    found.set(key, {
      range: { low: at(paid.low), value: at(paid.value), high: at(paid.high), scale: range.scale },
      origin: 'measured',
      source: `${traffic.source}: what its requests cost, divided in the proportion of: ${found.get(key)!.source}`,
    });
  }
}
