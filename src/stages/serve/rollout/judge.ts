import {
  evidenceAgainstLine,
  evidenceNeeded,
  evidenceOfDifference,
} from '../../../stats/sequential/sequential-evidence.ts';
import type { Tally } from '../../../stats/sequential/share-mixture.ts';
import type { RolloutRule } from './rollout-rule.ts';
import { type Signal, signals, type Tallies } from './rollout-state.ts';

export type Decision = 'keep' | 'roll-back' | 'promote';

export interface Judgement {
  readonly decision: Decision;
  /** What was shown, in words; null while nothing is. */
  readonly because: string | null;
}

const keep: Judgement = { decision: 'keep', because: null };

/**
 * Judges a canary by everything seen so far. Pure; may be asked after every outcome, because the evidence is
 * valid at all times at once.
 *
 * Each of the three signals may roll back, with a third of alpha each, so that together they do so wrongly with at
 * most alpha. Promotion needs all its claims shown at once, so each is tested at alpha itself.
 */
export function judge({ canary, incumbent }: Tallies, rule: RolloutRule): Judgement {
  const needed = evidenceNeeded(rule.alpha / signals.length);
  const worse: readonly [Signal, number][] = [
    ['failure', evidenceOfDifference(canary.failure, incumbent.failure, rule.tolerance).above],
    [
      'negative-feedback',
      evidenceOfDifference(
        canary['negative-feedback'],
        incumbent['negative-feedback'],
        rule.feedbackTolerance,
      ).above,
    ],
    [
      'disagreement',
      rule.disagreementLimit === null
        ? 0
        : evidenceAgainstLine(canary.disagreement, rule.disagreementLimit).above,
    ],
  ];
  for (const [signal, evidence] of worse) {
    if (evidence < needed) continue;
    const against =
      signal === 'disagreement'
        ? `the limit is ${rule.disagreementLimit}`
        : `the incumbent has ${share(incumbent[signal])}`;
    return { decision: 'roll-back', because: `${signal}: ${share(canary[signal])}, ${against}` };
  }
  return provenGood({ canary, incumbent }, rule)
    ? {
        decision: 'promote',
        because: `failure: ${share(canary.failure)}, the incumbent has ${share(incumbent.failure)}`,
      }
    : keep;
}

function provenGood({ canary, incumbent }: Tallies, rule: RolloutRule): boolean {
  const needed = evidenceNeeded(rule.alpha);
  const failsLittle = evidenceOfDifference(canary.failure, incumbent.failure, rule.margin).below >= needed;
  // That it does not fail says nothing of what it answers: its words have to be compared, or rated by people.
  const answersWell =
    rule.disagreementLimit === null
      ? evidenceOfDifference(
          canary['negative-feedback'],
          incumbent['negative-feedback'],
          rule.feedbackTolerance,
        ).below
      : evidenceAgainstLine(canary.disagreement, rule.disagreementLimit).below;
  return failsLittle && answersWell >= needed;
}

const share = ({ count, total }: Tally) => `${total} of ${count}`;
