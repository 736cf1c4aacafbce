import { ConfigError } from '../../../core/errors/index.ts';
import type { Span } from '../../../stats/running/span.ts';
import type { QuantityAnswer } from '../answers/quantities/index.ts';
import type { Answers } from '../schema.ts';
import type { Evidence } from './evidence.ts';
import { hardwareIds, type PlaceOf, type Situation } from './situation.ts';

/** How far two statements of one number may lie apart, as a factor. */
const tolerance = 1.5;

type Ends = readonly [low: number, high: number];

function endsOf(answer: QuantityAnswer | undefined): Ends | null {
  if (answer === undefined || answer === 'unknown') return null;
  return typeof answer === 'number' ? [answer, answer] : [answer.low, answer.high];
}

function disagree(a: Ends | null, b: Ends | null): boolean {
  return a !== null && b !== null && (a[0] > b[1] * tolerance || b[0] > a[1] * tolerance);
}

/**
 * Refuses answers that cannot all be true.
 * @returns US dollars for one unit of the answers' currency
 * @throws ConfigError `answers-contradict` | `currency-rate-missing`
 */
export function checkContradictions(answers: Answers, evidence: Evidence, place: PlaceOf): number {
  const found: string[] = [];
  const keys = new Set<string>();
  // Whoever names the place of an answer names an answer that may be wrong.
  const placeOf: PlaceOf = key => {
    keys.add(key);
    return place(key);
  };
  const clash = (what: string, first: string, second: string) =>
    found.push(`${what}: ${first}, but ${second}`);
  const { task, data, traffic, regulation, incumbent, economics } = answers;
  const stated = (key: string, ends: Ends | null) =>
    `${key} is ${ends === null ? '?' : ends[0] === ends[1] ? ends[0] : `${ends[0]} to ${ends[1]}`} (${placeOf(key)})`;

  const calls = endsOf(traffic.callsPerDay);
  const rate = endsOf(traffic.requestsPerSecond);
  const perDay: Ends | null = rate && [rate[0] * 86_400, rate[1] * 86_400];
  if (disagree(calls, perDay))
    clash(
      `calls a day and requests a second differ by more than ${tolerance} times`,
      stated('traffic.callsPerDay', calls),
      `${stated('traffic.requestsPerSecond', rate)}, which is ${perDay![0]} a day`,
    );
  const atOnce = endsOf(traffic.concurrency);
  const daily = calls ?? perDay;
  if (atOnce !== null && daily !== null && atOnce[0] > daily[1])
    clash(
      'more requests at once than in a whole day',
      stated('traffic.concurrency', atOnce),
      stated(calls === null ? 'traffic.requestsPerSecond' : 'traffic.callsPerDay', calls ?? rate),
    );
  const price = incumbent.price;
  const [input, cached] = [endsOf(price?.input), endsOf(price?.cachedInput)];
  if (input !== null && cached !== null && cached[0] > input[1])
    clash(
      'cached input costs more than input',
      stated('incumbent.price.cachedInput', cached),
      stated('incumbent.price.input', input),
    );
  if (regulation.dataMayLeave === 'region-only' && regulation.region === undefined)
    clash(
      'a region that is not named',
      `regulation.dataMayLeave is region-only (${placeOf('regulation.dataMayLeave')})`,
      'regulation.region is missing',
    );
  if (allowedBy(answers).hardware.length === 0)
    clash(
      'no machine is left for a specialist',
      `hardware.cpu and hardware.ownedGpu are not available (${placeOf('hardware')})`,
      `a rented one is not available or not allowed (${placeOf('regulation.dataMayLeave')})`,
    );
  if (evidence.taskKind !== null && evidence.taskKind !== task.kind)
    clash(
      'two kinds of task',
      `task.kind is ${task.kind} (${placeOf('task.kind')})`,
      `stepdown.yaml of the workspace says ${evidence.taskKind}`,
    );
  const rows = endsOf(data.labelledRows);
  const { data: read } = evidence;
  const frozen = evidence.labelledRows ?? (read?.complete ? read.rows : null);
  if (frozen !== null && disagree(rows, [frozen, frozen]))
    clash(
      'two counts of rows',
      stated('data.labelledRows', rows),
      `${evidence.labelledRows === null ? read!.source : 'the frozen dataset of the workspace'} has ${frozen}`,
    );
  for (const [key, ends, span] of measuredTwice(answers, evidence))
    if (disagree(ends, [span.low, span.high]))
      clash(
        'what is said and what came',
        stated(key, ends),
        `${evidence.traffic!.source} has ${spanText(span)}`,
      );
  if (evidence.largePrice !== null && price !== undefined && economics.currency === 'USD')
    for (const part of ['input', 'cachedInput', 'output'] as const)
      if (disagree(endsOf(price[part]), [evidence.largePrice[part], evidence.largePrice[part]]))
        clash(
          'two prices',
          stated(`incumbent.price.${part}`, endsOf(price[part])),
          `large.price.${part} in stepdown.yaml is ${evidence.largePrice[part]}`,
        );
  if (found.length > 0)
    throw new ConfigError(
      'answers-contradict',
      `The answers contradict each other:\n  ${found.join('\n  ')}`,
      'Correct one of the two, or leave the less sure one out.',
      { details: { contradictions: found, keys: [...keys] } },
    );
  if (economics.currency !== 'USD' && economics.usdPerUnit === undefined)
    throw new ConfigError(
      'currency-rate-missing',
      `Amounts are in ${economics.currency} (${placeOf('economics.currency')}), but costs are compared in US dollars`,
      `Set economics.usdPerUnit to the US dollars that one ${economics.currency} buys.`,
    );
  return economics.currency === 'USD' ? 1 : economics.usdPerUnit!;
}

/** Answers that the traffic measures too. */
function measuredTwice({ traffic }: Answers, evidence: Evidence): [string, Ends | null, Span][] {
  const measured = evidence.traffic;
  const pairs: [string, QuantityAnswer | undefined, Span | null | undefined][] = [
    ['traffic.callsPerDay', traffic.callsPerDay, measured?.callsPerDay],
    ['traffic.inputTokens', traffic.inputTokens, measured?.inputTokens],
    ['traffic.outputTokens', traffic.outputTokens, measured?.outputTokens],
  ];
  return pairs.flatMap(([key, answer, span]) => (span == null ? [] : [[key, endsOf(answer), span]]));
}

function spanText({ low, high }: Span): string {
  return plain(low) === plain(high) ? plain(low) : `${plain(low)} to ${plain(high)}`;
}

function plain(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

/** What is done today against what is allowed: named with both sources; the rule decides, not the habit. */
export function regulationConflicts(answers: Answers, placeOf: PlaceOf): string[] {
  const { regulation, incumbent } = answers;
  if (incumbent.where !== 'cloud') return [];
  const place = placeOf(incumbent.region === undefined ? 'incumbent.model' : 'incumbent.region');
  const cloud = `the large model runs in a cloud${incumbent.region === undefined ? '' : ` in ${incumbent.region}`} (${place})`;
  if (regulation.dataMayLeave === 'no' && (incumbent.region !== undefined || incumbent.model !== undefined))
    return [
      `Data must not leave your network (${placeOf('regulation.dataMayLeave')}), yet ${cloud}: it must not see these inputs.`,
    ];
  if (outsideRegion(answers))
    return [
      `Data must stay in ${regulation.region} (${placeOf('regulation.region')}), yet ${cloud}: it must not see these inputs.`,
    ];
  return [];
}

/** Whether the large model is known to run outside the region that data must stay in. */
export function outsideRegion({ regulation, incumbent }: Answers): boolean {
  return (
    regulation.dataMayLeave === 'region-only' &&
    incumbent.where === 'cloud' &&
    incumbent.region !== undefined &&
    regulation.region !== undefined &&
    incumbent.region !== regulation.region
  );
}

/** Machines and models that the answers leave open. */
export function allowedBy(answers: Answers): Pick<Situation, 'hardware' | 'largeAllowed'> {
  const { dataMayLeave } = answers.regulation;
  return {
    // A rented machine stands in somebody else's house.
    hardware: hardwareIds.filter(
      id => answers.hardware[id].available && !(id === 'rentedGpu' && dataMayLeave === 'no'),
    ),
    largeAllowed:
      answers.incumbent.where === 'on-premises' || (dataMayLeave !== 'no' && !outsideRegion(answers)),
  };
}
