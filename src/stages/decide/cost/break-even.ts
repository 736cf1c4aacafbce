import type { Point, Situation } from '../situation/situation.ts';
import { capacitiesAt, horizonOf, type OptionId, presentUsd, specialistAt } from './compare.ts';
import { keepCost, usdPer1k } from './options.ts';

/** From when on a specialist is cheaper than the large model, at the medians of all ranges. */
export interface BreakEven {
  /** Mean rate from which 1,000 requests cost less; null where no rate does. */
  readonly requestsPerSecond: number | null;
  /** Month at whose end all that was spent, in today's money, is less; null where none within the horizon is. */
  readonly months: number | null;
  /** The day that month ends, `YYYY-MM-DD`. */
  readonly date: string | null;
}

type OwnedOption = Extract<OptionId, 'own-specialist' | 'cascade'>;

/** Bounds of the rates that are looked at: one request in four months, and more than any service has. */
const slowest = 1e-7;
const fastest = 1e6;
/** Enough for a relative error of 1e-8. */
const halvings = 32;

/** Break-even rate and date of a specialist (or cascade) against the large model. */
export function breakEven(situation: Situation, point: Point, option: OwnedOption): BreakEven {
  return {
    requestsPerSecond: breakEvenRate(situation, point, option),
    ...payback(situation, point, option),
  };
}

/**
 * Mean rate from which 1,000 requests cost less; null where no rate does. The saving rises with the rate, so there is
 * one crossing, and halving the range on a log scale finds it.
 */
export function breakEvenRate(situation: Situation, point: Point, option: OwnedOption): number | null {
  const keep = keepCost(point);
  const horizon = horizonOf(point);
  const capacities = capacitiesAt(situation, point);
  return firstRate(requestsPerSecond => {
    const at = { ...point, 'traffic.callsPerDay': requestsPerSecond * 86_400 };
    return (
      usdPer1k(specialistAt(situation, at, option, capacities).cost, requestsPerSecond, horizon) <=
      usdPer1k(keep, requestsPerSecond, horizon)
    );
  });
}

function firstRate(pays: (requestsPerSecond: number) => boolean): number | null {
  if (!pays(fastest)) return null;
  let [low, high] = [slowest, fastest];
  if (pays(low)) return low;
  for (let step = 0; step < halvings; step++) {
    const middle = Math.sqrt(low * high);
    if (pays(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function payback(
  situation: Situation,
  point: Point,
  option: OwnedOption,
): Omit<BreakEven, 'requestsPerSecond'> {
  const { cost } = specialistAt(situation, point, option);
  const keep = keepCost(point);
  for (let months = 1; months <= horizonOf(point); months++) {
    if (presentUsd(cost, point, months) <= presentUsd(keep, point, months))
      return { months, date: dayAfter(situation.today, months) };
  }
  return { months: null, date: null };
}

/** The day so many months on; the last day of a shorter month. */
function dayAfter(today: Date, months: number): string {
  const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth() + months, today.getUTCDate()];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(day, last))).toISOString().slice(0, 10);
}
