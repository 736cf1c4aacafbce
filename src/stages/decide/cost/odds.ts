import type { Point, Situation } from '../situation/situation.ts';
import { type Capacities, presentUsd, specialistAt } from './compare.ts';
import { keepCost } from './options.ts';

/** How often an option holds what it promises, over the draws. */
export interface Odds {
  /** Share of the draws in which it is cheaper than keeping the large model, 0..1. */
  readonly probabilityCheaper: number;
  /** Share of the draws in which the acceptable latency can be met, 0..1. */
  readonly probabilityInTime: number;
}

/**
 * The odds of one option: those that `economicsOf` has among all else.
 * @param capacitiesOf what the machines carry in a draw, where it is known
 */
export function oddsOf(
  situation: Situation,
  points: readonly Point[],
  option: 'own-specialist' | 'cascade',
  capacitiesOf: (draw: number) => Capacities | undefined = () => undefined,
): Odds {
  let [cheaper, inTime] = [0, 0];
  points.forEach((point, draw) => {
    const chosen = specialistAt(situation, point, option, capacitiesOf(draw));
    if (chosen.presentUsd < presentUsd(keepCost(point), point)) cheaper++;
    if (chosen.inTime) inTime++;
  });
  return { probabilityCheaper: cheaper / points.length, probabilityInTime: inTime / points.length };
}
