import type { StatedKey } from '../../answers/quantities/index.ts';
import { capacitiesAt } from '../../cost/compare.ts';
import { type Economics, resample, sampleOf } from '../../cost/economics.ts';
import { movesCapacity } from '../../cost/machine.ts';
import { type Odds, oddsOf } from '../../cost/odds.ts';
import type { Verdict } from '../../rules/rule.ts';
import type { Situation } from '../../situation/situation.ts';
import { verdictOf } from '../judge.ts';

/** Verdicts near a situation, as `judge` gives them. */
export interface NearbyVerdicts {
  /** Verdicts where one quantity is moved; `money` is false where no cost depends on it. */
  along(key: StatedKey, money: boolean): (moved: Situation) => Verdict;
  /** The verdict where words are others, and with them perhaps the machines that may be used. */
  at(changed: Situation, changesMachines: boolean): Verdict;
}

/**
 * Verdicts without the rest of a judgement. A search asks for hundreds of them, so only what rules look at is computed:
 * the odds of what would be built, where a rule asks for them, and what machines carry only where that can change.
 */
export function nearbyVerdicts(situation: Situation, economics: Economics): NearbyVerdicts {
  const points = sampleOf(situation);
  const capacities = points.map(point => capacitiesAt(situation, point));
  const known = (option: 'own-specialist' | 'cascade') => economics.options[option];
  return {
    along(key, money) {
      if (!money) return moved => verdictOf(moved, known);
      const own = points.map(point => ({ ...point }));
      const capacitiesOf = movesCapacity(key) ? undefined : (draw: number) => capacities[draw];
      return moved => {
        resample(own, key, moved.assumptions[key].range);
        return verdictOf(
          moved,
          once(option => oddsOf(moved, own, option, capacitiesOf)),
        );
      };
    },
    at(changed, changesMachines) {
      if (!changesMachines) return verdictOf(changed, known);
      return verdictOf(
        changed,
        once(option => oddsOf(changed, points, option)),
      );
    },
  };
}

/** Computes at the first call; within one judgement there is one candidate. */
function once(compute: (option: 'own-specialist' | 'cascade') => Odds): typeof compute {
  let odds: Odds | null = null;
  return option => {
    odds ??= compute(option);
    return odds;
  };
}
