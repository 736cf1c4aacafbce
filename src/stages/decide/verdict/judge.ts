import { type Economics, economicsOf } from '../cost/economics.ts';
import type { Odds } from '../cost/odds.ts';
import { decidingRules } from '../rules/deciding.ts';
import { type DecidingFacts, decidingFactsOf, type Facts, factsOf } from '../rules/facts.ts';
import type { DecidingRule, Verdict } from '../rules/rule.ts';
import type { Situation } from '../situation/situation.ts';

/** What the first rule that holds says. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly rule: DecidingRule;
  readonly facts: Facts;
}

/** Goes through the deciding rules in order. The economics may be given where they are known already. */
export function judge(situation: Situation, economics: Economics = economicsOf(situation)): Judgement {
  const facts = factsOf(situation, economics);
  return { ...firstThatHolds(facts), facts };
}

/** The verdict alone, from the odds of what would be built: all that a search for other verdicts needs. */
export function verdictOf(
  situation: Situation,
  oddsOf: (option: DecidingFacts['candidate']) => Odds,
): Verdict {
  return firstThatHolds(decidingFactsOf(situation, oddsOf)).verdict;
}

function firstThatHolds(facts: DecidingFacts): Pick<Judgement, 'verdict' | 'rule'> {
  // The last rule always holds.
  const rule = decidingRules.find(candidate => candidate.when(facts))!;
  return { verdict: rule.verdict === 'candidate' ? facts.candidate : rule.verdict, rule };
}
