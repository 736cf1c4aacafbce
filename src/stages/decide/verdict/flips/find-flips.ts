import { type StatedKey, specOf } from '../../answers/quantities/index.ts';
import type { Economics } from '../../cost/economics.ts';
import type { Verdict } from '../../rules/rule.ts';
import { type Situation, withRanges } from '../../situation/situation.ts';
import { judge } from '../judge.ts';
import { type CountedFact, ifNumber } from './counterfactuals.ts';
import type { Flip } from './flip.ts';
import { type NearbyVerdicts, nearbyVerdicts } from './verdicts-along.ts';
import { wordFlips } from './word-flips.ts';

/** Axes that are searched; `money: false` marks those that no cost depends on. */
const axes: readonly { readonly key: StatedKey & CountedFact; readonly money: boolean }[] = [
  { key: 'traffic.callsPerDay', money: true },
  { key: 'data.labelledRows', money: true },
  { key: 'data.labelAgreement', money: false },
  { key: 'task.outOfScopeShare', money: false },
  { key: 'task.documents', money: false },
  { key: 'traffic.latencyMs', money: true },
  { key: 'traffic.inputTokens', money: true },
  { key: 'traffic.outputTokens', money: true },
  { key: 'incumbent.price.input', money: true },
  { key: 'economics.operationsHoursPerMonth', money: true },
  { key: 'economics.setUpHours', money: true },
  { key: 'cascade.escalatedShare', money: true },
];

/** How far a quantity is moved, and in how many steps each way. A change by more than 100 times is another question. */
const farthest = 100;
const steps = 4;
const halvings = 5;

/**
 * Every single change that is found to change the verdict, the smallest change first, then changes of words.
 * @param nearby gives the verdicts of situations that differ in one answer
 */
export function findFlips(
  situation: Situation,
  economics: Economics,
  nearby: NearbyVerdicts = nearbyVerdicts(situation, economics),
): Flip[] {
  const { verdict } = judge(situation, economics);
  const found = axes.flatMap(({ key, money }) => {
    const verdictAt = nearby.along(key, money);
    const judged = (target: number) => verdictAt(moveTo(situation, key, target));
    return [-1, 1].flatMap(direction => search(situation, key, direction, verdict, judged) ?? []);
  });
  return [
    ...found.sort((a, b) => a.distance - b.distance).map(({ flip }) => flip),
    ...wordFlips(situation, nearby, verdict),
  ];
}

/** The situation with a quantity's whole range moved, so that its median is `target`. */
function moveTo(situation: Situation, key: StatedKey, target: number): Situation {
  const { low, value, high, scale } = situation.assumptions[key].range;
  const [lowest, highest] = specOf(key).plausible;
  const moved = (end: number) =>
    Math.min(Math.max(value > 0 ? (end / value) * target : target, lowest), highest);
  const range = {
    low: moved(low),
    value: Math.min(Math.max(target, lowest), highest),
    high: moved(high),
    scale,
  };
  return withRanges(situation, { [key]: range });
}

function search(
  situation: Situation,
  key: StatedKey & CountedFact,
  direction: number,
  verdict: Verdict,
  judged: (target: number) => Verdict,
): { flip: Flip; distance: number } | null {
  const { label, unit, range, origin } = situation.assumptions[key];
  const [lowest, highest] = specOf(key).plausible;
  const start = range.value;
  const target = (step: number): number => {
    if (range.scale === 'linear' && highest <= 1)
      return start + ((direction < 0 ? lowest : highest) - start) * (step / steps);
    // A count of 0 is moved from 1.
    const moved = Math.max(start, direction > 0 ? 1e-9 : 0) * farthest ** ((direction * step) / steps);
    return Math.min(Math.max(start === 0 ? 10 ** step : moved, lowest), highest);
  };
  if (start === 0 && direction < 0) return null;
  for (let step = 1; step <= steps; step++) {
    if (target(step) === target(step - 1)) return null;
    if (judged(target(step)) === verdict) continue;
    let [same, other] = [step - 1, step];
    for (let halving = 0; halving < halvings; halving++) {
      const middle = (same + other) / 2;
      if (judged(target(middle)) === verdict) same = middle;
      else other = middle;
    }
    const to = roundAway(target(other), direction);
    const flipped = judged(to);
    // Where another verdict holds only in a narrow gap, the rounded value may lie beyond it.
    if (flipped === verdict) return null;
    // A volume that was stated a second is answered a second.
    const [fact, per]: [CountedFact, number] =
      key === 'traffic.callsPerDay' && origin === 'converted'
        ? ['traffic.requestsPerSecond', 86_400]
        : [key, 1];
    const change = { from: start / per, to: to / per, isAssumed: origin === 'default' };
    return {
      distance: other,
      flip: { key, label, unit, from: start, to, verdict: flipped, text: ifNumber(fact, change, flipped) },
    };
  }
  return null;
}

/** Two digits, away from where the search began, so that the value shown changes the verdict as well. */
function roundAway(value: number, direction: number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  return Number(((direction > 0 ? Math.ceil(value / unit) : Math.floor(value / unit)) * unit).toPrecision(2));
}
