import { capacityWithin } from '../../../stats/queueing/erlang-c.ts';
import type { QuantityKey } from '../answers/quantities/index.ts';
import type { HardwareId, Point } from '../situation/situation.ts';
import { monthlyPayment, monthlyRate } from './money-over-time.ts';
import { hoursPerMonth } from './time.ts';

/** Share of requests that must be answered within the acceptable latency. */
const inTime = 0.95;
/** Where no number of machines can answer in time, they are filled to this share instead. */
const fullShare = 0.8;
/** The speeds that are asked for are those of a model of this size. */
const speedsAreFor = 8;

/**
 * Seconds one request occupies one of a machine's slots: as measured, else prompt and output tokens at their speeds.
 * Generation is bound by memory bandwidth, so speed goes with the inverse of the parameters.
 * @see R. Pope et al., "Efficiently scaling transformer inference", MLSys 2023, section 2
 */
export function requestSeconds(point: Point, id: HardwareId): number {
  const measured = point[`hardware.${id}.requestSeconds`];
  if (measured !== undefined) return measured;
  const slower = point['specialist.parametersBillions'] / speedsAreFor;
  const input = point['specialist.inputTokens'] ?? point['traffic.inputTokens'];
  return (
    slower *
    (input / point[`hardware.${id}.promptTokensPerSecond`] +
      point['traffic.outputTokens'] / point[`hardware.${id}.outputTokensPerSecond`])
  );
}

/** Whether what a machine carries depends on a quantity; see `requestSeconds` and `machineCapacity`. */
export function movesCapacity(key: QuantityKey): boolean {
  return (
    /^(?:hardware|specialist)\./.test(key) ||
    key === 'traffic.latencyMs' ||
    key === 'traffic.inputTokens' ||
    key === 'traffic.outputTokens'
  );
}

/** What one machine carries. */
export interface MachineCapacity {
  /** Requests a second in the peak. */
  readonly requestsPerSecond: number;
  /** Whether 95 % of the requests are then answered within the acceptable latency. */
  readonly inTime: boolean;
}

/**
 * Peak rate of one machine, as an M/M/c queue whose servers are its slots: the 95th percentile of waiting plus the
 * mean time of a request stays within the acceptable latency. Machines share the load evenly and not a queue, so `n`
 * machines carry `n` times as much: a little less than one queue would.
 */
export function machineCapacity(point: Point, id: HardwareId): MachineCapacity {
  const servers = Math.max(1, Math.round(point[`hardware.${id}.parallel`]));
  const serviceSeconds = requestSeconds(point, id);
  const waitSeconds = point['traffic.latencyMs'] / 1000 - serviceSeconds;
  const requestsPerSecond = capacityWithin({ servers, serviceSeconds }, waitSeconds, inTime);
  return requestsPerSecond > 0
    ? { requestsPerSecond, inTime: true }
    : { requestsPerSecond: (fullShare * servers) / serviceSeconds, inTime: false };
}

/**
 * What one machine costs a month in US dollars, whether it works or idles: rent by the hour; or purchase with interest
 * over its life (nothing where it is there already), power, and hosting.
 */
export function machineUsdPerMonth(point: Point, id: HardwareId, alreadyOwned: boolean): number {
  if (id !== 'ownedGpu') return point[`hardware.${id}.pricePerHour`] * hoursPerMonth;
  const capital = alreadyOwned
    ? 0
    : monthlyPayment(
        point['hardware.ownedGpu.purchasePrice'],
        monthlyRate(point['economics.discountRate']),
        point['hardware.ownedGpu.lifetimeMonths'],
      );
  const power = (point['hardware.ownedGpu.watts'] / 1000) * hoursPerMonth * point['economics.pricePerKwh'];
  return capital + power + point['hardware.ownedGpu.hostingPerMonth'];
}

/**
 * US dollars a million requests of a machine that is paid by the hour.
 *
 * @param usdPerHour price of the machine
 * @param requestsPerSecond mean rate, within what the machine carries
 */
export function machineUsdPerMillion(usdPerHour: number, requestsPerSecond: number): number {
  return (usdPerHour / 3600 / requestsPerSecond) * 1e6;
}

/**
 * Mean rate from which a machine is cheaper than a price by the request.
 *
 * @param usdPerHour price of the machine
 * @param usdPerMillion price of a million requests elsewhere
 * @returns requests a second
 */
export function machineBreakEvenRate(usdPerHour: number, usdPerMillion: number): number {
  return ((usdPerHour / 3600) * 1e6) / usdPerMillion;
}
