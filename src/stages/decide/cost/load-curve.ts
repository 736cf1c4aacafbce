/**
 * The rate over time, in the order of its size: it rises from nothing to the peak as `peak * t^(peak - 1)` over the
 * share `t` of the time, whose mean is 1. Nobody states more of a day than mean and peak; of the curves with both, this
 * is one without a further number.
 *
 * @see H. G. Stoll, "Least-Cost Electric Utility Planning", 1989 (load duration curves: what is built for the peak, and what is bought)
 */
export interface LoadCurve {
  /** Peak over the mean, at least 1. */
  readonly peak: number;
}

/**
 * Share of the requests that stay below a capacity, or are that part of a higher rate which it carries.
 *
 * @param capacity times the mean rate, at least 0
 * @returns 0..1, rising ever slower with the capacity
 */
export function carriedShare({ peak }: LoadCurve, capacity: number): number {
  if (capacity >= peak) return 1;
  const time = (capacity / peak) ** (1 / (peak - 1));
  return time ** peak + capacity * (1 - time);
}

/**
 * Capacity from which on more of it carries less than a given share of what it could.
 *
 * @param worth of a further capacity, the part that has to be in use; above 0
 * @returns times the mean rate, 0..peak
 */
export function capacityInUse({ peak }: LoadCurve, worth: number): number {
  return worth >= 1 ? 0 : peak * (1 - worth) ** (peak - 1);
}
