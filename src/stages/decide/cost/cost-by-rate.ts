import { centralPoint, type Situation } from '../situation/situation.ts';
import { horizonOf, type OptionId, optionIds, optionsAt } from './compare.ts';
import { requestsPerSecondOf, usdPer1k } from './options.ts';

/** What 1,000 requests cost with every option at one mean rate, in US dollars. */
export interface CostAtRate {
  readonly requestsPerSecond: number;
  readonly per1kUsd: Readonly<Record<OptionId, number>>;
}

/** Decades shown on either side of the rates that matter, and points a decade. */
const marginDecades = 1.5;
const pointsADecade = 16;

/**
 * Cost of every option against the request rate, at the medians of all ranges.
 *
 * @param alsoShown requests a second that must lie within the span, beside today's; e.g. the break-even
 */
export function costByRate(situation: Situation, alsoShown: readonly number[] = []): CostAtRate[] {
  const centre = centralPoint(situation);
  const horizon = horizonOf(centre);
  const rates = [requestsPerSecondOf(centre), ...alsoShown].map(Math.log10);
  const first = Math.floor((Math.min(...rates) - marginDecades) * pointsADecade);
  const last = Math.ceil((Math.max(...rates) + marginDecades) * pointsADecade);
  return Array.from({ length: last - first + 1 }, (_, step) => {
    const requestsPerSecond = 10 ** ((first + step) / pointsADecade);
    const options = optionsAt(situation, { ...centre, 'traffic.callsPerDay': requestsPerSecond * 86_400 });
    return {
      requestsPerSecond,
      per1kUsd: Object.fromEntries(
        optionIds.map(id => [id, usdPer1k(options[id].cost, requestsPerSecond, horizon)]),
      ) as Record<OptionId, number>,
    };
  });
}
