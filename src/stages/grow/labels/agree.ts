import { answerWithoutModel } from '../../../core/metric.ts';
import type { Task } from '../../../core/task.ts';
import { rougeL } from '../../../metrics/generate/rouge-l.ts';

/** What several answers to one input agree on. */
export interface Agreement {
  readonly target: string;
  /** 0..1: share of all answers that say the same; for *generate* the mean ROUGE-L with the other answers. */
  readonly agreement: number;
}

/**
 * Settles several answers. Closed answers: what most say; unusable answers (null) count as disagreeing, and a tie has
 * no winner. Free text: the answer most like the others.
 *
 * @param answers targets, null where an answer could not be used
 * @returns null where there is no winner
 * @see X. Wang et al., "Self-consistency improves chain of thought reasoning in language models", ICLR 2023
 */
export function agree(kind: Task['kind'], answers: readonly (string | null)[]): Agreement | null {
  return kind === 'generate' ? mostAlike(answers) : mostNamed(answers);
}

/** Whether answers still to come could lift the agreement of closed answers to the bound. */
export function canStillAgree(answers: readonly (string | null)[], total: number, bound: number): boolean {
  const most = Math.max(0, ...counts(answers).values());
  return (most + total - answers.length) / total >= bound - 1e-9;
}

function mostNamed(answers: readonly (string | null)[]): Agreement | null {
  const ranked = [...counts(answers)].sort((a, b) => b[1] - a[1]);
  const [first, second] = ranked;
  if (!first || first[1] === second?.[1]) return null;
  return { target: first[0], agreement: first[1] / answers.length };
}

function counts(answers: readonly (string | null)[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const answer of answers) if (answer !== null) found.set(answer, (found.get(answer) ?? 0) + 1);
  return found;
}

function mostAlike(answers: readonly (string | null)[]): Agreement | null {
  const texts = answers.filter(answer => answer !== null);
  if (texts.length === 0) return null;
  if (answers.length === 1) return { target: texts[0]!, agreement: 1 };
  const means = texts.map((text, own) => {
    const others = texts.filter((_, at) => at !== own);
    return others.reduce((sum, other) => sum + likeness(text, other), 0) / (answers.length - 1);
  });
  const best = means.indexOf(Math.max(...means));
  return { target: texts[best]!, agreement: means[best]! };
}

function likeness(a: string, b: string): number {
  const example = {
    id: '',
    messages: [],
    target: a,
    references: [],
    group: null,
    source: { file: '', line: 1 },
  };
  return rougeL.score(example, answerWithoutModel('', b, 0)) ?? 0;
}
