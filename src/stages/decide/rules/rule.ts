import { numberText } from '../../../core/number-text.ts';
import type { OptionId } from '../cost/compare.ts';
import type { DecidingFacts, Facts } from './facts.ts';

/** What `decide` can answer. */
export const verdicts = [
  'keep-large-model',
  'large-model-with-retrieval',
  'own-specialist',
  'cascade',
  'not-enough-evidence',
] as const;
export type Verdict = (typeof verdicts)[number];

/** Numbers a sentence is made of, by the name it has in the sentence. */
export type RuleNumbers = Readonly<Record<string, number | string>>;

/** What every rule has: when it holds, what it says, with which numbers, and who says so. */
interface RuleBase<Seen = Facts> {
  readonly id: string;
  readonly when: (facts: Seen) => boolean;
  /** Names in braces are taken from `numbers`: `{rows}`, `{cost:usd}`, `{share:percent}`. */
  readonly sentence: string;
  readonly numbers?: (facts: Facts) => RuleNumbers;
  readonly source: string;
}

/** A rule that ends the matter: the first in the table that holds gives the verdict. */
export interface DecidingRule extends RuleBase<DecidingFacts> {
  readonly verdict: Verdict | 'candidate';
  /** Whether the constraint is hard, so that no cost and no quality can change it. */
  readonly hard?: true;
}

/** A rule that speaks for some verdicts and against others. */
export interface WeighingRule extends RuleBase {
  readonly supports: readonly OptionId[];
  readonly opposes: readonly OptionId[];
  /** 1 to 3: the order in which reasons are told. */
  readonly weight: 1 | 2 | 3;
}

/** A risk that remains with some verdicts. */
export interface RiskRule extends RuleBase {
  readonly of: readonly Verdict[];
}

/** A sentence with the rule and the numbers it comes from. */
export interface Statement {
  readonly rule: string;
  readonly text: string;
  readonly numbers: RuleNumbers;
  readonly source: string;
}

/** What to do now. */
export interface NextStep {
  readonly id: string;
  readonly text: string;
  /** What it costs, in US dollars; null where it costs time only. */
  readonly costUsd: number | null;
}

/** Says a rule. */
export function say(rule: Omit<RuleBase, 'when'>, facts: Facts): Statement {
  const numbers = rule.numbers?.(facts) ?? {};
  return { rule: rule.id, text: fill(rule.sentence, numbers), numbers, source: rule.source };
}

/** Puts numbers into a sentence. @throws Error where the sentence names a number that is not given */
export function fill(sentence: string, numbers: RuleNumbers): string {
  const filled = sentence.replace(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, format: string | undefined) => {
    const value = numbers[name];
    if (value === undefined) throw new Error(`the sentence "${sentence}" has no number ${name}`);
    return typeof value === 'string' ? value : numberText(value, format);
  });
  // What is known to the cent has no span: `$1.62 ($1.62 to $1.62)` is `$1.62`.
  return filled.replace(/(\S+) \(\1 to \1\)/g, '$1');
}
