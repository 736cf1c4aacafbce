import { type QuantityKey, specOf } from '../answers/quantities/index.ts';
import { assumption } from '../answers/quantities/spec.ts';
import { rangeText } from '../document/range-text.ts';
import type { Answers } from '../schema.ts';
import type { Evidence } from '../situation/evidence.ts';
import { knownUnasked } from '../situation/resolve.ts';
import type { Question } from './questions.ts';

/** What counts for a question that nobody answers. */
export interface Unasked {
  /** Measured, configured or from the price table; null where it is none of them. */
  readonly known: {
    readonly text: string;
    readonly source: string;
    /** What to write down for it: `unknown` lets the measurement count, whatever it becomes. */
    readonly value: string;
  } | null;
  /** What an unknown answer means otherwise; null where an answer is needed. */
  readonly unknown: string | null;
}

/** Says what the workspace knows about a question already, and what is taken where nobody knows. */
export function unaskedOf(question: Question, answers: Answers, evidence: Evidence): Unasked {
  if (question.key === 'task.kind' && evidence.taskKind !== null)
    return {
      known: { text: evidence.taskKind, source: 'task.kind in stepdown.yaml', value: evidence.taskKind },
      unknown: null,
    };
  if (question.form !== 'quantity') return { known: null, unknown: question.unknown };
  const key = question.key as QuantityKey;
  const { unit, money } = specOf(key);
  const found = knownUnasked(key, answers, evidence);
  if (found === null) return { known: null, unknown: question.unknown };
  const { low, high } = found.range;
  const text = rangeText(low, high, money ? `USD ${unit}` : unit);
  if (found.origin !== 'default')
    return { known: { text, source: found.source, value: 'unknown' }, unknown: question.unknown };
  const source = found.source === assumption ? 'wide on purpose' : found.source;
  return { known: null, unknown: `${text} is taken (${source})` };
}
