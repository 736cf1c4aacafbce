import type { HardwareId, Point } from '../situation/situation.ts';
import { capacityInUse, carriedShare } from './load-curve.ts';
import { machineUsdPerMonth } from './machine.ts';
import { secondsPerMonth } from './time.ts';
import { type TokenPrice, type TokenUse, tokenCostUsd } from './token-price.ts';

/** Rows below which a specialist is not expected to work; missing ones are paid for. See figure `functional-rows`. */
export const functionalRows = 1000;

/** What an option costs in a month, in US dollars. */
export interface MonthlyCost {
  readonly tokensUsd: number;
  readonly machinesUsd: number;
  readonly peopleUsd: number;
  /** Retrainings, put aside in equal parts every month. */
  readonly retrainingUsd: number;
  readonly machines: number;
  /** Share of the requests that the large model answers, 0..1. */
  readonly largeShare: number;
  readonly totalUsd: number;
}

/** One way to go, on one kind of machine: what is paid at once, and what a month costs at a rate. */
export interface OptionCost {
  readonly upfrontUsd: number;
  /**
   * @param requestsPerSecond mean rate, above 0
   * @param priceFactor what the large model's price is times today's
   */
  monthly(requestsPerSecond: number, priceFactor?: number): MonthlyCost;
}

const use = (point: Point, extraInput = 0): TokenUse => ({
  inputTokens: point['traffic.inputTokens'] + extraInput,
  // Retrieved text differs from call to call and is not cached.
  cachedInputShare:
    (point['traffic.cachedInputShare'] * point['traffic.inputTokens']) /
    (point['traffic.inputTokens'] + extraInput),
  outputTokens: point['traffic.outputTokens'],
});
const priceOf = (point: Point): TokenPrice => ({
  input: point['incumbent.price.input'],
  cachedInput: point['incumbent.price.cachedInput'],
  output: point['incumbent.price.output'],
});

/** US dollars that the large model costs for one request. */
export function largeUsdPerRequest(point: Point): number {
  return tokenCostUsd(use(point), priceOf(point));
}

/** Going on as now: tokens, and nothing else. */
export function keepCost(point: Point): OptionCost {
  const perRequest = largeUsdPerRequest(point);
  return {
    upfrontUsd: 0,
    monthly: (rate, priceFactor = 1) =>
      withTotal({ tokensUsd: perRequest * priceFactor * rate * secondsPerMonth, largeShare: 1 }),
  };
}

/** The large model with retrieved text in its prompt: more input tokens, an index, and people for it. */
export function retrievalCost(point: Point): OptionCost {
  const perRequest = tokenCostUsd(use(point, point['retrieval.retrievedTokens']), priceOf(point));
  const hourly = point['economics.hourlyRate'];
  return {
    upfrontUsd: point['retrieval.setUpHours'] * hourly,
    monthly: (rate, priceFactor = 1) =>
      withTotal({
        tokensUsd: perRequest * priceFactor * rate * secondsPerMonth,
        machinesUsd: point['retrieval.hostingPerMonth'],
        peopleUsd: point['retrieval.operationsHoursPerMonth'] * hourly,
        largeShare: 1,
      }),
  };
}

/** What a specialist needs to know beyond the numbers. */
export interface SpecialistSetting {
  readonly hardware: HardwareId;
  /** Peak requests a second that one machine carries, see `machineCapacity`. */
  readonly peakCapacity: number;
  /** The server is there and paid for. */
  readonly alreadyOwned: boolean;
  /** Share of the requests that is sent on to the large model on purpose: 0 but for a cascade. */
  readonly escalatedShare: number;
  /** Whether requests above what the machines carry may go to the large model. */
  readonly overflow: boolean;
  /** Hours of set-up on top of the specialist's. */
  readonly furtherSetUpHours: number;
}

/**
 * A specialist, alone or with the large model behind it.
 *
 * Machines are whole and paid all month. Where requests may overflow to the large model, the number of machines is the
 * cheapest one, so a further machine is only bought when it costs less than the tokens it saves: those of the hours in
 * which it is in use. That makes the saving over the large model rise with the rate, always: with whole machines alone
 * it would drop at every further machine.
 */
export function specialistCost(point: Point, setting: SpecialistSetting): OptionCost {
  const hourly = point['economics.hourlyRate'];
  const perMachine = machineUsdPerMonth(point, setting.hardware, setting.alreadyOwned);
  const { peakCapacity } = setting;
  const missingRows = Math.max(0, functionalRows - point['data.labelledRows']);
  const labels = point['economics.labelCost'];
  const once =
    (point['economics.setUpHours'] + setting.furtherSetUpHours) * hourly +
    missingRows * labels +
    point['economics.trainingCost'];
  const retraining =
    point['economics.retrainingHours'] * hourly +
    point['economics.rowsPerRetraining'] * labels +
    point['economics.trainingCost'];
  const largeUsd = largeUsdPerRequest(point);

  return {
    upfrontUsd: once,
    monthly: (rate, priceFactor = 1) => {
      const curve = { peak: peakRate(point, rate) / rate };
      const capacity = peakCapacity / rate;
      const needed = Math.max(1, Math.ceil(curve.peak / capacity));
      const tokensUsd = (share: number) => largeUsd * priceFactor * share * rate * secondsPerMonth;
      const shareWith = (machines: number) =>
        1 - carriedShare(curve, machines * capacity) * (1 - setting.escalatedShare);
      const costWith = (machines: number) => machines * perMachine + tokensUsd(shareWith(machines));
      let machines = needed;
      if (setting.overflow) {
        // A machine in use all the time saves so much; below its cost in use it is not bought.
        const worth = perMachine / (tokensUsd(1 - setting.escalatedShare) * capacity);
        const best = capacityInUse(curve, worth) / capacity;
        machines = [Math.floor(best), Math.ceil(best)]
          .map(count => Math.min(Math.max(count, 1), needed))
          .reduce((fewer, more) => (costWith(fewer) < costWith(more) ? fewer : more));
      }
      const largeShare = shareWith(machines);
      return withTotal({
        machines,
        machinesUsd: machines * perMachine,
        largeShare,
        tokensUsd: tokensUsd(largeShare),
        peopleUsd: point['economics.operationsHoursPerMonth'] * hourly,
        retrainingUsd: retraining / point['economics.retrainEveryMonths'],
      });
    },
  };
}

/** Mean requests a second of calls a day. */
export function requestsPerSecondOf(point: Point): number {
  return point['traffic.callsPerDay'] / 86_400;
}

/**
 * Requests a second in the peak: the mean times the peak factor, or what so many requests in progress at once mean
 * where each is answered within the acceptable latency.
 * @see J. D. C. Little, "A proof for the queuing formula L = λW", Operations Research 9, 1961
 */
export function peakRate(point: Point, requestsPerSecond: number): number {
  const atOnce = point['traffic.concurrency'] ?? 0;
  return Math.max(
    requestsPerSecond * point['traffic.peakFactor'],
    atOnce / (point['traffic.latencyMs'] / 1000),
  );
}

/** Requests in progress at once in the peak, as stated or by Little's law. */
export function peakConcurrency(point: Point): number {
  return peakRate(point, requestsPerSecondOf(point)) * (point['traffic.latencyMs'] / 1000);
}

/**
 * US dollars for 1,000 requests at a rate: a month's cost and the month's part of what was paid at once (in equal
 * parts over the horizon), over the month's requests.
 */
export function usdPer1k(option: OptionCost, requestsPerSecond: number, horizonMonths: number): number {
  const monthly = option.monthly(requestsPerSecond).totalUsd + option.upfrontUsd / horizonMonths;
  return (monthly / (requestsPerSecond * secondsPerMonth)) * 1000;
}

function withTotal(parts: Partial<MonthlyCost>): MonthlyCost {
  const {
    tokensUsd = 0,
    machinesUsd = 0,
    peopleUsd = 0,
    retrainingUsd = 0,
    machines = 0,
    largeShare = 0,
  } = parts;
  return {
    tokensUsd,
    machinesUsd,
    peopleUsd,
    retrainingUsd,
    machines,
    largeShare,
    totalUsd: tokensUsd + machinesUsd + peopleUsd + retrainingUsd,
  };
}
