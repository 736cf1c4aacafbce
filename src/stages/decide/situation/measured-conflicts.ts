import { numberText } from '../../../core/number-text.ts';
import type { QuantityKey } from '../answers/quantities/index.ts';
import { measuredBreadth } from '../measured/data-evidence.ts';
import type { Answers } from '../schema.ts';
import type { Evidence } from './evidence.ts';
import type { Found } from './found.ts';
import { costOfCall } from './paid-prices.ts';
import { plainModelName } from './price-table.ts';
import type { PlaceOf } from './situation.ts';

/** How far the recorded cost and that of the price may lie apart, as a factor. */
const tolerance = 1.5;
/** How far two shares may lie apart. */
const toleratedShare = 0.1;

interface Compared {
  readonly answers: Answers;
  readonly evidence: Evidence;
  readonly placeOf: PlaceOf;
  /** The answer to a quantity, in US dollars where it is money. */
  readonly answered: (key: QuantityKey) => Found | null;
  /** The numbers before prices were taken from what calls cost. */
  readonly listed: ReadonlyMap<QuantityKey, Found>;
}

/**
 * Answers that a measurement speaks against without making them impossible: a verdict is still possible, and the
 * sentence names both sources and which of them counts.
 */
export function measuredConflicts(compared: Compared): string[] {
  return [...ofTraffic(compared), ...ofRows(compared)];
}

function ofTraffic({ answers, evidence, placeOf, answered, listed }: Compared): string[] {
  const { traffic } = evidence;
  if (traffic === null) return [];
  const said: string[] = [];
  const { model } = answers.incumbent;
  if (
    model !== undefined &&
    traffic.model !== null &&
    plainModelName(model) !== plainModelName(traffic.model)
  )
    said.push(
      `Two large models: incumbent.model is ${model} (${placeOf('incumbent.model')}), but most requests in ${traffic.source} went to ${traffic.model}; the answer counts.`,
    );
  const acceptable = answered('traffic.latencyMs');
  if (acceptable !== null && traffic.latencyMs !== null && acceptable.range.high < traffic.latencyMs.p50)
    said.push(
      `Latency: ${span(acceptable)} ms are acceptable (${placeOf('traffic.latencyMs')}), but half of the requests in ${traffic.source} take longer than ${numberText(traffic.latencyMs.p50)} ms today; the answer counts.`,
    );
  const [paid, expected, price] = [
    traffic.costUsdPer1k,
    costOfCall(listed),
    listed.get('incumbent.price.input') ?? null,
  ];
  if (paid === null || expected === null || price === null || price.origin === 'default') return said;
  const by1k = expected * 1000;
  if (paid.low > by1k * tolerance || by1k > paid.high * tolerance)
    said.push(
      `Cost of 1,000 requests: ${numberText(by1k, 'usd')} by the price (${price.source}) and the tokens, but ${traffic.source} has ${numberText(paid.value, 'usd')} (${numberText(paid.low, 'usd')} to ${numberText(paid.high, 'usd')}); ${price.origin === 'price-table' ? 'what was paid' : 'the price'} counts.`,
    );
  return said;
}

function ofRows({ answers, evidence, placeOf, answered }: Compared): string[] {
  const { data } = evidence;
  if (data === null) return [];
  const said: string[] = [];
  const { task } = answers;
  if (data.kind !== task.kind)
    said.push(
      `Two kinds of task: task.kind is ${task.kind} (${placeOf('task.kind')}), but the targets of ${data.source} look like ${data.kind}; the answer counts.`,
    );
  const breadth = measuredBreadth(data);
  if (
    (task.breadth === 'narrow' && breadth === 'scattered') ||
    (task.breadth === 'broad' && breadth === 'narrow')
  )
    said.push(
      `Breadth: task.breadth is ${task.breadth} (${placeOf('task.breadth')}), but ${numberText(data.breadth!.nearShare.value, 'percent')} of the inputs of ${data.source} have a near neighbour, which speaks for ${breadth === 'narrow' ? 'narrow' : 'broad'} ones; the answer counts.`,
    );
  const stated = answered('data.labelAgreement');
  const noise = data.labelNoise;
  if (stated !== null && noise !== null && stated.range.low > 1 - noise.low + toleratedShare)
    said.push(
      `Labels: people agree on ${span(stated)} of them (${placeOf('data.labelAgreement')}), but a model that has not seen them disputes ${numberText(noise.value, 'percent')} (${numberText(noise.low, 'percent')} to ${numberText(noise.high, 'percent')}) of those of ${data.source}; the answer counts.`,
    );
  return said;
}

function span({ range }: Found): string {
  return range.low === range.high
    ? numberText(range.value)
    : `${numberText(range.low)} to ${numberText(range.high)}`;
}
