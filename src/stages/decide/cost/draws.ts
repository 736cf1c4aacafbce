import { createRandom } from '../../../stats/random/random.ts';
import { shuffle } from '../../../stats/random/shuffle.ts';
import { quantileOfRange, type UncertainRange } from '../../../stats/uncertain-range.ts';
import { type QuantityKey, quantityKeys } from '../answers/quantities/index.ts';
import type { Assumption, Point, Situation } from '../situation/situation.ts';

/**
 * Latin hypercube sample of a situation's ranges: every quantity is drawn once from each of `count` equal parts of its
 * distribution, in an order of its own. Each quantity has its own stream, so an answer that becomes surer changes no
 * other quantity's draws.
 *
 * @param count draws, at least 1
 * @param seed any safe integer
 * @see M. McKay, R. Beckman, W. Conover, "A comparison of three methods for selecting values of input variables in the analysis of output from a computer code", Technometrics 21, 1979
 */
export function drawPoints({ assumptions }: Situation, count: number, seed: number): Point[] {
  const points: Partial<Record<QuantityKey, number>>[] = Array.from({ length: count }, () => ({}));
  for (const key of quantityKeys) {
    const assumption: Assumption | undefined = assumptions[key];
    if (assumption === undefined) continue;
    const column = drawColumn(key, assumption.range, count, seed);
    points.forEach((point, draw) => {
      point[key] = column[draw]!;
    });
  }
  return points as unknown as Point[];
}

/** The draws of one quantity, as {@link drawPoints} makes them. */
export function drawColumn(key: QuantityKey, range: UncertainRange, count: number, seed: number): number[] {
  if (range.low === range.high) return new Array<number>(count).fill(range.value);
  const random = createRandom(seed + 1000 * quantityKeys.indexOf(key));
  const order = shuffle(
    Array.from({ length: count }, (_, part) => part),
    random,
  );
  return order.map(part => quantileOfRange(range, (part + random.uniform()) / count));
}
