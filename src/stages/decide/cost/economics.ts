import { quantile } from '../../../stats/quantile.ts';
import type { Span } from '../../../stats/running/span.ts';
import type { UncertainRange } from '../../../stats/uncertain-range.ts';
import { type QuantityKey, quantityKeys } from '../answers/quantities/index.ts';
import {
  type Assumption,
  centralPoint,
  type HardwareId,
  type Point,
  type Situation,
} from '../situation/situation.ts';
import { type BreakEven, breakEven, breakEvenRate } from './break-even.ts';
import { horizonOf, type OptionId, optionIds, optionsAt, specialistOn } from './compare.ts';
import { drawColumn, drawPoints } from './draws.ts';
import { machineCapacity } from './machine.ts';
import type { Odds } from './odds.ts';
import { peakConcurrency, requestsPerSecondOf, usdPer1k } from './options.ts';

/** A break-even with the span of 90 % of the draws. */
export interface BreakEvenSpan extends BreakEven {
  /** Rate that 5 % of the draws stay below; null where no rate is enough. */
  readonly low: number | null;
  /** Rate that 95 % of the draws stay below; null where in so many no rate is enough. */
  readonly high: number | null;
  /** Share of the draws in which no rate is enough, 0..1. */
  readonly neverShare: number;
}

export interface OptionEconomics extends Odds {
  /** Whether your constraints leave it open; what they do not is shown to compare with. */
  readonly allowed: boolean;
  /** At the medians, and 90 % of the draws; so are the other spans. */
  readonly per1kRequestsUsd: Span;
  readonly upfrontUsd: Span;
  readonly monthlyUsd: Span;
  /** Net present value of the saving against keeping the large model, over the horizon. */
  readonly savingUsd: Span;
  /** Machines at the medians; null for options without. */
  readonly hardware: { readonly id: HardwareId; readonly machines: number } | null;
  /** Share of the requests that the large model answers, at the medians, 0..1. */
  readonly largeShare: number;
}

export interface Economics {
  readonly requestsPerSecond: number;
  readonly peakConcurrency: number;
  readonly horizonMonths: number;
  readonly options: Readonly<Record<OptionId, OptionEconomics>>;
  /** The specialist on every kind of machine that is at hand, at the medians. */
  readonly specialistOn: Readonly<Partial<Record<HardwareId, SpecialistOnMachine>>>;
  readonly draws: number;
  readonly seed: number;
}

export interface SpecialistOnMachine {
  readonly per1kRequestsUsd: number;
  readonly machines: number;
  /** Peak requests a second that one machine carries. */
  readonly capacityPerMachine: number;
  readonly inTime: boolean;
}

/** Enough that another seed moves a probability by about a hundredth: the sample is stratified. */
const draws = 256;
const breakEvenDraws = 64;
const seed = 1;

/** The sample that a situation is judged on. */
export function sampleOf(situation: Situation): Point[] {
  return drawPoints(situation, draws, seed);
}

/** The sample with one quantity drawn from another range, and all others as they were. */
export function resampled(points: readonly Point[], key: QuantityKey, range: UncertainRange): Point[] {
  const copies = points.map(point => ({ ...point }));
  resample(copies, key, range);
  return copies;
}

/** The same, in place. */
export function resample(
  points: readonly { -readonly [Key in keyof Point]: Point[Key] }[],
  key: QuantityKey,
  range: UncertainRange,
): void {
  const column = drawColumn(key, range, points.length, seed);
  points.forEach((point, draw) => {
    point[key] = column[draw]!;
  });
}

/** Costs of every option with their uncertainty. The sample may be given where it was drawn already. */
export function economicsOf(situation: Situation, points: readonly Point[] = sampleOf(situation)): Economics {
  const centre = centralPoint(situation);
  const atCentre = optionsAt(situation, centre);
  const atDraws = points.map(point => optionsAt(situation, point));
  const rate = requestsPerSecondOf(centre);
  const options = Object.fromEntries(
    optionIds.map(id => {
      const central = atCentre[id];
      const spanOf = (value: (option: typeof central, point: Point, keepUsd: number) => number) =>
        span(
          value(central, centre, atCentre['keep-large-model'].presentUsd),
          points.map((point, draw) =>
            value(atDraws[draw]![id], point, atDraws[draw]!['keep-large-model'].presentUsd),
          ),
        );
      const share = (holds: (draw: number) => boolean) =>
        points.filter((_, draw) => holds(draw)).length / points.length;
      const now = central.cost.monthly(rate);
      return [
        id,
        {
          allowed: id === 'own-specialist' || situation.largeAllowed,
          per1kRequestsUsd: spanOf(({ cost }, point) =>
            usdPer1k(cost, requestsPerSecondOf(point), horizonOf(point)),
          ),
          upfrontUsd: spanOf(({ cost }) => cost.upfrontUsd),
          monthlyUsd: spanOf(({ cost }, point) => cost.monthly(requestsPerSecondOf(point)).totalUsd),
          savingUsd: spanOf(({ presentUsd }, _, keepUsd) => keepUsd - presentUsd),
          probabilityCheaper: share(
            draw => atDraws[draw]![id].presentUsd < atDraws[draw]!['keep-large-model'].presentUsd,
          ),
          hardware: central.hardware && { id: central.hardware, machines: now.machines },
          probabilityInTime: share(draw => atDraws[draw]![id].inTime),
          largeShare: now.largeShare,
        } satisfies OptionEconomics,
      ];
    }),
  ) as unknown as Record<OptionId, OptionEconomics>;
  return {
    requestsPerSecond: rate,
    peakConcurrency: peakConcurrency(centre),
    horizonMonths: horizonOf(centre),
    options,
    specialistOn: Object.fromEntries(
      situation.hardware.map(id => {
        const cost = specialistOn(situation, centre, id, 'own-specialist');
        const capacity = machineCapacity(centre, id);
        return [
          id,
          {
            per1kRequestsUsd: usdPer1k(cost, rate, horizonOf(centre)),
            machines: cost.monthly(rate).machines,
            capacityPerMachine: capacity.requestsPerSecond,
            inTime: capacity.inTime,
          },
        ];
      }),
    ),
    draws,
    seed,
  };
}

/** What the result depends on most. */
export interface TornadoBar {
  readonly key: QuantityKey;
  readonly label: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  /** Net present value of the saving against keeping the large model, with this quantity alone at its low and high end. */
  readonly savingAtLowUsd: number;
  readonly savingAtHighUsd: number;
}

/** Quantities by how far they alone move the saving, the widest first; those that move nothing are left out. */
export function tornado(situation: Situation, option: OptionId): TornadoBar[] {
  const centre = centralPoint(situation);
  const savingAt = (point: Point) => {
    const options = optionsAt(situation, point);
    return options['keep-large-model'].presentUsd - options[option].presentUsd;
  };
  return quantityKeys
    .flatMap(key => {
      const assumption: Assumption | undefined = situation.assumptions[key];
      if (assumption === undefined || assumption.range.low === assumption.range.high) return [];
      const { label, unit, range } = assumption;
      return {
        key,
        label,
        unit,
        low: range.low,
        high: range.high,
        savingAtLowUsd: savingAt({ ...centre, [key]: range.low }),
        savingAtHighUsd: savingAt({ ...centre, [key]: range.high }),
      };
    })
    .filter(bar => width(bar) > 0)
    .sort((a, b) => width(b) - width(a));
}

const width = (bar: TornadoBar) => Math.abs(bar.savingAtHighUsd - bar.savingAtLowUsd);

/** Break-even at the medians, and over a part of the sample, as each of its points takes a search. */
export function breakEvenOf(situation: Situation, option: 'own-specialist' | 'cascade'): BreakEvenSpan {
  const rates = drawPoints(situation, breakEvenDraws, seed).map(
    point => breakEvenRate(situation, point, option) ?? Number.POSITIVE_INFINITY,
  );
  const centre = breakEven(situation, centralPoint(situation), option);
  const middle = centre.requestsPerSecond ?? Number.POSITIVE_INFINITY;
  const finite = (rate: number) => (Number.isFinite(rate) ? rate : null);
  // Ranks, not interpolation: between a rate and none there is nothing.
  const sorted = [...rates, middle].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return {
    ...centre,
    low: finite(Math.min(middle, at(0.05))),
    high: finite(Math.max(middle, at(0.95))),
    neverShare: rates.filter(rate => rate === Number.POSITIVE_INFINITY).length / rates.length,
  };
}

function span(value: number, drawn: readonly number[]): Span {
  return {
    value,
    low: Math.min(value, quantile(drawn, 0.05)),
    high: Math.max(value, quantile(drawn, 0.95)),
  };
}
