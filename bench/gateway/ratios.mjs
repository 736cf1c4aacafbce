/** A figure over the rounds: its median, with the smallest and the largest as interval. */
export function spread(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return { value: null, low: null, high: null };
  const middle = sorted.length / 2;
  const value =
    sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
  const [low, high] = [sorted[0], sorted.at(-1)];
  return { value: rounded(value), low: rounded(low), high: rounded(high) };
}

const rounded = value => Number(value.toPrecision(4));

/** A figure with what it has to reach; `holds` is null where an arm is missing. */
function goal(figure, most, limit) {
  const { value } = figure;
  const holds = value === null ? null : most ? value <= limit : value >= limit;
  return { ...figure, [most ? 'atMost' : 'atLeast']: limit, holds };
}

/**
 * Every ratio that is to be reached. Ratios are taken within a round, so that what disturbs a whole round cancels.
 * @param turns by arm, one entry a round
 */
export function ratiosOf(turns, crowds, idleMb) {
  const perRound = (names, compute) => {
    const all = names.map(name => turns[name]);
    if (all.some(rounds => rounds === undefined)) return spread([]);
    return spread(all[0].map((_, round) => compute(...all.map(rounds => rounds[round]))));
  };
  const added = (own, peer) =>
    perRound(
      ['direct', own, peer],
      (floor, ours, theirs) => (ours.latencyMs - floor.latencyMs) / (theirs.latencyMs - floor.latencyMs),
    );
  const throughput = (own, peer) =>
    perRound([own, peer], (ours, theirs) => ours.perSecond / theirs.perSecond);
  const firstToken = own =>
    perRound(['direct', own], (floor, ours) => ours.firstTokenMs - floor.firstTokenMs);
  const one = value => (value === undefined ? spread([]) : spread([value]));
  const peers = [
    ['portkey', 0.3, 2],
    ['litellm', 0.15, 10],
  ];
  const ratios = {};
  for (const own of ['stepdown-off', 'stepdown-batched', 'stepdown-synchronous']) {
    for (const [peer, mostLatency, leastThroughput] of peers) {
      ratios[`added latency, ${own} / ${peer}`] = goal(added(own, peer), true, mostLatency);
      ratios[`requests per second, ${own} / ${peer}`] = goal(throughput(own, peer), false, leastThroughput);
    }
    ratios[`requests per second, ${own} / nginx`] = throughput(own, 'nginx');
    ratios[`added first token ms, ${own}`] = goal(firstToken(own), true, 2);
    ratios[`idle MB, ${own}`] = goal(one(idleMb[own]), true, 90);
    ratios[`MB at 500 requests of 150 kB, ${own}`] = goal(one(crowds[own]?.memoryMb), true, 500);
    ratios[`wrong of 1000 streams, ${own}`] = goal(one(crowds[own]?.wrongOf1000Streams), true, 0);
  }
  ratios['requests per second, batched / off'] = goal(
    throughput('stepdown-batched', 'stepdown-off'),
    false,
    0.9,
  );
  ratios['requests per second, synchronous / off'] = goal(
    throughput('stepdown-synchronous', 'stepdown-off'),
    false,
    0.75,
  );
  return ratios;
}
