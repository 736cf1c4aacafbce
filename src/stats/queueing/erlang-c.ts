/**
 * Erlang's C: the share of requests that have to wait, where they come at random (Poisson), take exponentially
 * distributed times, and are served by `servers` equal servers from one queue (M/M/c).
 *
 * @param servers integer of at least 1
 * @param load offered load in erlangs: arrivals a second times seconds a request takes, at least 0
 * @returns 0..1; 1 where the load reaches the servers, as the queue then grows without end
 * @throws RangeError where an argument is outside its range
 * @see A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone exchanges", 1917
 * @see R. B. Cooper, "Introduction to Queueing Theory", 2nd ed., 1981, section 3.5 (the recursion of Erlang B)
 */
export function erlangC(servers: number, load: number): number {
  if (!(Number.isInteger(servers) && servers >= 1 && load >= 0))
    throw new RangeError(`needs at least one server and a load of at least 0, got ${servers} and ${load}`);
  if (load >= servers) return 1;
  // Erlang B by recursion on the number of servers: no factorials, so nothing overflows.
  let blocked = 1;
  for (let k = 1; k <= servers; k++) blocked = (load * blocked) / (k + load * blocked);
  return (servers * blocked) / (servers - load * (1 - blocked));
}

/** An M/M/c queue: rates in requests a second, times in seconds. */
export interface Queue {
  readonly servers: number;
  readonly arrivalsPerSecond: number;
  /** Mean time a request occupies a server, above 0. */
  readonly serviceSeconds: number;
}

/**
 * The waiting time that a share `p` of requests stays at or below; service itself is not counted.
 *
 * @param p 0 to below 1
 * @returns seconds; infinity where the queue is not stable
 * @see D. Gross et al., "Fundamentals of Queueing Theory", 4th ed., 2008, section 2.3 (waiting times are a jump at 0 and an exponential tail)
 */
export function waitingTimeQuantile(
  { servers, arrivalsPerSecond, serviceSeconds }: Queue,
  p: number,
): number {
  if (!(p >= 0 && p < 1)) throw new RangeError(`p must lie in 0 to below 1, got ${p}`);
  const load = arrivalsPerSecond * serviceSeconds;
  if (load >= servers) return Number.POSITIVE_INFINITY;
  const waits = erlangC(servers, load);
  if (waits <= 1 - p) return 0;
  return Math.log(waits / (1 - p)) * (serviceSeconds / (servers - load));
}

/**
 * The most requests a second at which the share `p` of requests waits at most `waitSeconds`.
 *
 * @param waitSeconds at least 0; below 0 nothing can be served in time
 * @returns requests a second; 0 where no rate will do
 */
export function capacityWithin(
  { servers, serviceSeconds }: Omit<Queue, 'arrivalsPerSecond'>,
  waitSeconds: number,
  p: number,
): number {
  if (waitSeconds < 0) return 0;
  let low = 0;
  let high = servers / serviceSeconds;
  // The waiting time rises with the rate, so halving finds the edge: 30 halvings are 1e-9 of the range.
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    const wait = waitingTimeQuantile({ servers, arrivalsPerSecond: middle, serviceSeconds }, p);
    if (wait <= waitSeconds) low = middle;
    else high = middle;
  }
  return low;
}
