import type { HardwareId, Point, Situation } from '../situation/situation.ts';
import { type MachineCapacity, machineCapacity } from './machine.ts';
import { monthlyRate, presentValue } from './money-over-time.ts';
import { keepCost, type OptionCost, requestsPerSecondOf, retrievalCost, specialistCost } from './options.ts';

/** The ways to go that have a price. */
export const optionIds = [
  'keep-large-model',
  'large-model-with-retrieval',
  'own-specialist',
  'cascade',
] as const;
export type OptionId = (typeof optionIds)[number];

/** An option at one point, on the machines that make it cheapest. */
export interface ChosenOption {
  readonly cost: OptionCost;
  /** Null for options without machines of their own. */
  readonly hardware: HardwareId | null;
  /** Whether the acceptable latency can be met. */
  readonly inTime: boolean;
  /** Cost over the horizon in today's US dollars. */
  readonly presentUsd: number;
}

/** The option on one kind of machine. */
export function specialistOn(
  situation: Situation,
  point: Point,
  hardware: HardwareId,
  option: 'own-specialist' | 'cascade',
  peakCapacity = machineCapacity(point, hardware).requestsPerSecond,
): OptionCost {
  const cascade = option === 'cascade';
  return specialistCost(point, {
    hardware,
    peakCapacity,
    alreadyOwned: hardware === 'ownedGpu' && situation.answers.hardware.ownedGpu.alreadyOwned,
    escalatedShare: cascade ? point['cascade.escalatedShare'] : 0,
    overflow: situation.largeAllowed,
    furtherSetUpHours: cascade ? point['cascade.setUpHours'] : 0,
  });
}

/** Cost of an option over the horizon in today's US dollars; volume and prices change from year to year. */
export function presentUsd(option: OptionCost, point: Point, upToMonth?: number): number {
  const rate = requestsPerSecondOf(point);
  const growth = 1 + point['traffic.growthPerYear'];
  const priceChange = 1 + point['incumbent.priceChangePerYear'];
  return presentValue(
    option.upfrontUsd,
    year => option.monthly(rate * growth ** year, priceChange ** year).totalUsd,
    monthlyRate(point['economics.discountRate']),
    upToMonth ?? horizonOf(point),
  );
}

/** Whole months of the horizon. */
export function horizonOf(point: Point): number {
  return Math.max(1, Math.round(point['economics.horizonMonths']));
}

/** What one machine of every kind at hand carries. */
export type Capacities = readonly ({ readonly hardware: HardwareId } & MachineCapacity)[];

/** Capacities at one point; they do not depend on the rate. */
export function capacitiesAt({ hardware }: Situation, point: Point): Capacities {
  return hardware.map(id => ({ hardware: id, ...machineCapacity(point, id) }));
}

/** A specialist, or a cascade, on the cheapest machines that are fast enough, if any are. */
export function specialistAt(
  situation: Situation,
  point: Point,
  option: 'own-specialist' | 'cascade',
  capacities: Capacities = capacitiesAt(situation, point),
): ChosenOption {
  const on = capacities.map(({ hardware, inTime, requestsPerSecond }): ChosenOption => {
    const cost = specialistOn(situation, point, hardware, option, requestsPerSecond);
    return { cost, hardware, inTime, presentUsd: presentUsd(cost, point) };
  });
  const fast = on.filter(candidate => candidate.inTime);
  return (fast.length > 0 ? fast : on).reduce((a, b) => (b.presentUsd < a.presentUsd ? b : a));
}

/** Every option at one point. */
export function optionsAt(situation: Situation, point: Point): Readonly<Record<OptionId, ChosenOption>> {
  const plain = (cost: OptionCost): ChosenOption => ({
    cost,
    hardware: null,
    inTime: true,
    presentUsd: presentUsd(cost, point),
  });
  const capacities = capacitiesAt(situation, point);
  return {
    'keep-large-model': plain(keepCost(point)),
    'large-model-with-retrieval': plain(retrievalCost(point)),
    'own-specialist': specialistAt(situation, point, 'own-specialist', capacities),
    cascade: specialistAt(situation, point, 'cascade', capacities),
  };
}
