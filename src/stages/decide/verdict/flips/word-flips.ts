import type { Verdict } from '../../rules/rule.ts';
import type { Answers } from '../../schema.ts';
import { allowedBy } from '../../situation/contradictions.ts';
import type { Situation } from '../../situation/situation.ts';
import { ifWord } from './counterfactuals.ts';
import type { Flip } from './flip.ts';
import type { NearbyVerdicts } from './verdicts-along.ts';

/** One answer in words, with the other words that are tried. */
function wordsOf({ regulation, task }: Answers) {
  return [
    ...(['yes', 'no'] as const).map(to => ({
      key: 'regulation.dataMayLeave' as const,
      label: 'whether data may leave your network',
      from: regulation.dataMayLeave,
      to,
      change: { regulation: { ...regulation, dataMayLeave: to } },
      text: (verdict: Verdict) => ifWord('regulation.dataMayLeave', to, verdict),
    })),
    ...(['narrow', 'broad'] as const).map(to => ({
      key: 'task.breadth' as const,
      label: 'breadth of the inputs',
      from: task.breadth,
      to,
      change: { task: { ...task, breadth: to } },
      text: (verdict: Verdict) => ifWord('task.breadth', to, verdict),
    })),
    ...(['none', 'heavy'] as const).map(to => ({
      key: 'task.reasoning' as const,
      label: 'reasoning that answers need',
      from: task.reasoning,
      to,
      change: { task: { ...task, reasoning: to } },
      text: (verdict: Verdict) => ifWord('task.reasoning', to, verdict),
    })),
  ];
}

/** Other words that would change the verdict. */
export function wordFlips(situation: Situation, nearby: NearbyVerdicts, verdict: Verdict): Flip[] {
  return wordsOf(situation.answers)
    .filter(({ from, to }) => from !== to)
    .flatMap(({ key, label, from, to, change, text }) => {
      const answers: Answers = { ...situation.answers, ...change };
      const changesMachines = key === 'regulation.dataMayLeave';
      const moved = { ...situation, answers, ...(changesMachines ? allowedBy(answers) : {}) };
      if (moved.hardware.length === 0) return [];
      const flipped = nearby.at(moved, changesMachines);
      return flipped === verdict
        ? []
        : [{ key, label, unit: '', from, to, verdict: flipped, text: text(flipped) }];
    });
}
