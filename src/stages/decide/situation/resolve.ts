import type { Span } from '../../../stats/running/span.ts';
import { middleOf, type UncertainRange } from '../../../stats/uncertain-range.ts';
import { type QuantityAnswer, type QuantityKey, quantityKeys, specOf } from '../answers/quantities/index.ts';
import type { Answers } from '../schema.ts';
import { cachedPriceFromInput } from './cached-price.ts';
import { allowedBy, checkContradictions, regulationConflicts } from './contradictions.ts';
import type { Evidence } from './evidence.ts';
import type { Found } from './found.ts';
import { measuredConflicts } from './measured-conflicts.ts';
import { pricesFromCost } from './paid-prices.ts';
import { type ListPrice, listPriceOf, priceSource, priceTable } from './price-table.ts';
import type { AssumptionOrigin, Assumptions, PlaceOf, Situation } from './situation.ts';
import { withMeasuredWords } from './words.ts';

const secondsADay = 86_400;

/**
 * Turns answers into numbers: what is answered counts, then what was measured or configured, then the
 * price table, then the default.
 * @param options.prices list prices that a model's name is looked up in; the shipped table when absent
 * @throws ConfigError `answers-contradict` | `currency-rate-missing`
 */
export function resolveSituation(
  answers: Answers,
  evidence: Evidence,
  options: { readonly placeOf: PlaceOf; readonly today: Date; readonly prices?: readonly ListPrice[] },
): Situation {
  const { placeOf, today, prices = priceTable } = options;
  const usdPerUnit = checkContradictions(answers, evidence, placeOf);
  const worded = withMeasuredWords(answers, evidence);
  const answered = (key: QuantityKey): Found | null => {
    const answer = answerAt(answers, key);
    if (answer === undefined || answer === 'unknown') return null;
    const spec = specOf(key);
    const rate = spec.money ? usdPerUnit : 1;
    const [low, high] = typeof answer === 'number' ? [answer, answer] : [answer.low, answer.high];
    return {
      range: rangeOf(low * rate, high * rate, spec.scale),
      origin: 'answer',
      source: placeOf(key),
    };
  };
  const found = new Map<QuantityKey, Found>();
  for (const key of quantityKeys) {
    const known = answered(key) ?? knownUnasked(key, worded, evidence, prices);
    if (known !== null) found.set(key, known);
  }
  unifyRate(found);
  cachedPriceFromInput(found, worded, prices);
  const listed = new Map(found);
  pricesFromCost(found, evidence);
  const assumptions = Object.fromEntries(
    [...found].map(([key, known]) => {
      const { label, unit, money } = specOf(key);
      return [key, { key, label, unit: money ? `USD ${unit}` : unit, ...known }];
    }),
  ) as unknown as Assumptions;
  return {
    answers: worded,
    assumptions,
    evidence,
    prices,
    ...allowedBy(answers),
    contradictions: [
      ...regulationConflicts(answers, placeOf),
      ...measuredConflicts({ answers, evidence, placeOf, answered, listed }),
    ],
    today,
  };
}

/**
 * What counts for a quantity that nobody answers, in US dollars where it is money: what was measured or configured,
 * then the price table, then the default; null where it follows from other quantities.
 */
export function knownUnasked(
  key: QuantityKey,
  answers: Answers,
  evidence: Evidence,
  prices: readonly ListPrice[] = priceTable,
): Found | null {
  return (
    measured(key, evidence) ?? priced(key, answers, prices) ?? withoutVendor(key, answers) ?? byDefault(key)
  );
}

/** What runs on machines of one's own has no vendor whose price falls. */
function withoutVendor(key: QuantityKey, { incumbent }: Answers): Found | null {
  if (key !== 'incumbent.priceChangePerYear' || incumbent.where === 'cloud') return null;
  return {
    range: rangeOf(0, 0, 'linear'),
    origin: 'default',
    source: 'no change: the large model runs on your own machines (incumbent.where)',
  };
}

function rangeOf(low: number, high: number, scale: UncertainRange['scale']): UncertainRange {
  return { low, value: low === high ? low : middleOf(low, high, scale), high, scale };
}

/** The answer at a dotted key. */
function answerAt(answers: Answers, key: QuantityKey): QuantityAnswer | undefined {
  return key
    .split('.')
    .reduce<unknown>(
      (node, step) => (node === undefined ? undefined : Reflect.get(node as object, step)),
      answers,
    ) as QuantityAnswer | undefined;
}

function measured(key: QuantityKey, evidence: Evidence): Found | null {
  const exactly = (
    value: number | null | undefined,
    source: string,
    origin: AssumptionOrigin = 'measured',
  ) =>
    value === null || value === undefined || !(value > 0)
      ? null
      : { range: rangeOf(value, value, specOf(key).scale), origin, source };
  const { evaluation, largePrice, traffic, data, cascade } = evidence;
  const ofTraffic = (span: Span | null | undefined): Found | null =>
    span == null
      ? null
      : {
          range: { ...within(specOf(key).plausible, span), scale: specOf(key).scale },
          origin: 'measured',
          source: `${traffic!.requests.toLocaleString('en-US')} requests in ${traffic!.source}`,
        };
  switch (key) {
    case 'data.labelledRows':
      return (
        exactly(evidence.labelledRows, 'the frozen dataset of the workspace') ??
        (data?.complete ? exactly(data.rows, data.source) : null)
      );
    case 'data.labelAgreement':
      return agreement(evidence);
    case 'traffic.latencyMs':
      return exactly(
        traffic?.latencyMs?.p95,
        `95 % of the requests in ${traffic?.source} take no longer today, which is accepted`,
      );
    case 'traffic.callsPerDay':
      return ofTraffic(traffic?.callsPerDay);
    case 'traffic.peakFactor':
      return ofTraffic(traffic?.peakFactor);
    case 'traffic.inputTokens':
      return ofTraffic(traffic?.inputTokens);
    case 'traffic.outputTokens':
      return ofTraffic(traffic?.outputTokens);
    case 'traffic.cachedInputShare':
      return ofTraffic(traffic?.cachedInputShare);
    case 'task.outOfScopeShare':
      return ofTraffic(traffic?.outOfScopeShare);
    case 'cascade.escalatedShare':
      return ofTraffic(traffic?.escalatedShare) ?? ofCascade(cascade);
    case 'specialist.parametersBillions':
      return exactly(evidence.parametersBillions, 'the base model of the workspace');
    case 'hardware.cpu.requestSeconds':
      return exactly(
        evaluation?.latencyMs && evaluation.latencyMs / 1000,
        `median of the evaluation ${evaluation?.runId}, on this machine`,
      );
    case 'incumbent.price.input':
      return exactly(largePrice?.input, 'large.price in stepdown.yaml', 'configured');
    case 'incumbent.price.cachedInput':
      return exactly(largePrice?.cachedInput, 'large.price in stepdown.yaml', 'configured');
    case 'incumbent.price.output':
      return exactly(largePrice?.output, 'large.price in stepdown.yaml', 'configured');
    default:
      return null;
  }
}

function ofCascade(cascade: Evidence['cascade']): Found | null {
  if (cascade === null) return null;
  const { low, value, high } = cascade.escalatedShare;
  return { range: { low, value, high, scale: 'linear' }, origin: 'measured', source: cascade.source };
}

/** Rows a label from which on nearly all of a linear model's doubts are right; see docs/experiments.md. */
const rowsToDoubtRightly = 100;

/**
 * Two people who each err on a share of the labels agree where both are right, and no more often than one is. Of the
 * labels that the model disputes not all are wrong: the fewer rows a label has, the oftener the model is.
 */
function agreement({ data }: Evidence): Found | null {
  const noise = data?.labelNoise ?? null;
  if (data === null || data.labels === null || noise === null) return null;
  const right = Math.min(1, Math.sqrt(data.rows / data.labels / rowsToDoubtRightly));
  return {
    range: {
      low: Math.max(0.01, (1 - noise.high) ** 2),
      value: Math.max(0.01, 1 - noise.value * right),
      high: 1,
      scale: 'linear',
    },
    origin: 'measured',
    source: `${data.source}: labels that a model which has not seen them disputes (confident learning), n = ${noise.n.toLocaleString('en-US')}`,
  };
}

/** The span, moved into what is plausible: a log of one-token answers still has answers. */
function within([least, most]: readonly [number, number], { low, value, high }: Span): Span {
  const kept = (number: number) => Math.min(most, Math.max(least, number));
  return { low: kept(low), value: kept(value), high: kept(high) };
}

function priced(key: QuantityKey, { incumbent }: Answers, prices: readonly ListPrice[]): Found | null {
  const entry = incumbent.model === undefined ? null : listPriceOf(incumbent.model, prices);
  const part = { input: 'input', cachedInput: 'cachedInput', output: 'output' } as const;
  const name = key.startsWith('incumbent.price.') ? part[key.slice(16) as keyof typeof part] : undefined;
  if (entry === null || name === undefined) return null;
  return {
    range: rangeOf(entry[name], entry[name], 'log'),
    origin: 'price-table',
    source: priceSource(entry),
  };
}

function byDefault(key: QuantityKey): Found | null {
  const { default: known, scale, source } = specOf(key);
  if (known === null) return null;
  const { low, high, value = middleOf(low, high, scale) } = known;
  return { range: { low, value, high, scale }, origin: 'default', source };
}

/** Calls a day is the one that counts: a rate a second is turned into it. */
function unifyRate(found: Map<QuantityKey, Found>): void {
  const rate = found.get('traffic.requestsPerSecond');
  if (rate === undefined) return;
  found.delete('traffic.requestsPerSecond');
  if (found.get('traffic.callsPerDay')?.origin === 'answer') return;
  const { low, value, high, scale } = rate.range;
  found.set('traffic.callsPerDay', {
    range: { low: low * secondsADay, value: value * secondsADay, high: high * secondsADay, scale },
    origin: 'converted',
    source: rate.source,
  });
}
