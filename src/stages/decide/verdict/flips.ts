import { numberText } from '../../../core/number-text.ts';
import { type StatedKey, specOf } from '../answers/quantities/index.ts';
import { type Economics, economicsOf, resampled, sampleOf } from '../cost/economics.ts';
import type { Verdict } from '../rules/rule.ts';
import type { Answers } from '../schema.ts';
import { allowedBy } from '../situation/contradictions.ts';
import { type Situation, withRanges } from '../situation/situation.ts';
import { judge } from './judge.ts';

/** A change of one answer that would change the verdict. */
export interface Flip {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly from: number | string;
  /** The nearest value found at which the verdict is another one. */
  readonly to: number | string;
  readonly verdict: Verdict;
  readonly text: string;
}

/** Axes that are searched; `money: false` marks those that no cost depends on. */
const axes: readonly { readonly key: StatedKey; readonly money: boolean }[] = [
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

/** Every single change that is found to change the verdict, the smallest change first. */
export function findFlips(situation: Situation, economics: Economics): Flip[] {
  const { verdict } = judge(situation, economics);
  const points = sampleOf(situation);
  const found = axes.flatMap(({ key, money }) =>
    [-1, 1].flatMap(direction => {
      const judged = (target: number) => {
        const moved = moveTo(situation, key, target);
        if (!money) return judge(moved, economics).verdict;
        const sample = resampled(points, key, moved.assumptions[key].range);
        return judge(moved, economicsOf(moved, sample)).verdict;
      };
      return search(situation, key, direction, verdict, judged) ?? [];
    }),
  );
  return [
    ...found.sort((a, b) => a.distance - b.distance).map(({ flip }) => flip),
    ...flipsByWord(situation, economics, verdict),
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
  key: StatedKey,
  direction: number,
  verdict: Verdict,
  judged: (target: number) => Verdict,
): { flip: Flip; distance: number } | null {
  const { label, unit, range } = situation.assumptions[key];
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
    const [change, bound] = direction > 0 ? ['rose', 'or more'] : ['fell', 'or less'];
    return {
      distance: other,
      flip: {
        key,
        label,
        unit,
        from: start,
        to,
        verdict: flipped,
        text: `If ${label} ${change} from ${numberText(start)} to ${numberText(to)} ${bound} (${unit}): ${flipped}.`,
      },
    };
  }
  return null;
}

/** Two digits, away from where the search began, so that the value shown does change the verdict. */
function roundAway(value: number, direction: number): number {
  if (value === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
  return Number(((direction > 0 ? Math.ceil(value / unit) : Math.floor(value / unit)) * unit).toPrecision(2));
}

type Words = readonly {
  readonly key: string;
  readonly label: string;
  readonly from: (answers: Answers) => string;
  readonly others: readonly string[];
  readonly change: (answers: Answers, to: string) => Answers;
}[];

const words: Words = [
  {
    key: 'regulation.dataMayLeave',
    label: 'whether data may leave your network',
    from: ({ regulation }) => regulation.dataMayLeave,
    others: ['yes', 'no'],
    change: (answers, to) => ({
      ...answers,
      regulation: { ...answers.regulation, dataMayLeave: to as 'yes' | 'no' },
    }),
  },
  {
    key: 'task.breadth',
    label: 'breadth of the inputs',
    from: ({ task }) => task.breadth,
    others: ['narrow', 'broad'],
    change: (answers, to) => ({ ...answers, task: { ...answers.task, breadth: to as 'narrow' | 'broad' } }),
  },
  {
    key: 'task.reasoning',
    label: 'reasoning that answers need',
    from: ({ task }) => task.reasoning,
    others: ['none', 'heavy'],
    change: (answers, to) => ({ ...answers, task: { ...answers.task, reasoning: to as 'none' | 'heavy' } }),
  },
];

function flipsByWord(situation: Situation, economics: Economics, verdict: Verdict): Flip[] {
  return words.flatMap(({ key, label, from, others, change }) => {
    const now = from(situation.answers);
    return others
      .filter(to => to !== now)
      .flatMap(to => {
        const answers = change(situation.answers, to);
        const changesMachines = key === 'regulation.dataMayLeave';
        const moved = { ...situation, answers, ...(changesMachines ? allowedBy(answers) : {}) };
        if (moved.hardware.length === 0) return [];
        const flipped = judge(moved, changesMachines ? undefined : economics).verdict;
        if (flipped === verdict) return [];
        const text = `If the answer to "${label}" were ${to} instead of ${now}: ${flipped}.`;
        return [{ key, label, unit: '', from: now, to, verdict: flipped, text }];
      });
  });
}
