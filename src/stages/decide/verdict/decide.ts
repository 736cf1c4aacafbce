import type { OptionId } from '../cost/compare.ts';
import {
  type BreakEvenSpan,
  breakEvenOf,
  type Economics,
  economicsOf,
  type OptionEconomics,
  type SpecialistOnMachine,
  type TornadoBar,
  tornado,
} from '../cost/economics.ts';
import { type ShownFigure, shownFigures } from '../figures.ts';
import { riskRules } from '../rules/risks.ts';
import { type NextStep, type Statement, say, type Verdict } from '../rules/rule.ts';
import { weighingRules } from '../rules/weighing.ts';
import type { Assumption, HardwareId, Situation } from '../situation/situation.ts';
import { findFlips } from './flips/find-flips.ts';
import type { Flip } from './flips/flip.ts';
import { judge } from './judge.ts';
import { type MeasuredFact, measuredFacts } from './measured-facts.ts';
import { nextStepOf } from './next-step.ts';

/** The answer, with everything it rests on. Amounts are US dollars. */
export interface Decision {
  readonly schemaVersion: 1;
  readonly verdict: Verdict;
  /** A hard constraint decided, whatever the cost. */
  readonly hard: boolean;
  /** The rule that decided first, then what speaks for the verdict, the weightiest first. */
  readonly reasons: readonly Statement[];
  readonly against: readonly Statement[];
  /** Single changes that would change the verdict, the smallest first. */
  readonly flips: readonly Flip[];
  readonly risks: readonly Statement[];
  /** Answers that do not go together, with both sources. */
  readonly contradictions: readonly string[];
  /** What recorded calls, labelled rows and a calibrated cascade showed, with intervals. */
  readonly measured: readonly MeasuredFact[];
  /** Ways to go that are not among the verdicts, e.g. without any language model. */
  readonly alternatives: readonly Statement[];
  readonly cost: Readonly<Record<OptionId, OptionEconomics>>;
  readonly specialistOn: Readonly<Partial<Record<HardwareId, SpecialistOnMachine>>>;
  /** Of the specialist, or of the cascade where that is what would be built, against the large model. */
  readonly breakEven: BreakEvenSpan & { readonly of: 'own-specialist' | 'cascade' };
  readonly requestsPerSecond: number;
  readonly horizonMonths: number;
  /** What moves the saving most, the widest first. */
  readonly tornado: readonly TornadoBar[];
  readonly nextStep: NextStep;
  readonly assumptions: readonly Assumption[];
  readonly figures: readonly ShownFigure[];
  readonly uncertainty: { readonly method: string; readonly draws: number; readonly seed: number };
}

/** Decides, and says why. */
export function decide(situation: Situation): Decision {
  const economics: Economics = economicsOf(situation);
  const judgement = judge(situation, economics);
  const { verdict, rule, facts } = judgement;
  const bars = tornado(situation, facts.candidate);
  const fired = weighingRules
    .filter(candidate => candidate.when(facts))
    .toSorted((a, b) => b.weight - a.weight);
  // Without a verdict for an option, the question is whether to own: what speaks for it, and what against.
  const option = verdict === 'not-enough-evidence' ? facts.candidate : verdict;
  const supporting = fired.filter(candidate => candidate.supports.includes(option));
  const opposing = fired.filter(candidate => candidate.opposes.includes(option));
  const noModel = fired.filter(candidate => candidate.id === 'no-language-model-needed');
  const others = fired.filter(({ id }) => id === 'no-language-model-needed' || id === 'requests-repeat');
  return {
    schemaVersion: 1,
    verdict,
    hard: rule.hard === true,
    reasons: [say(rule, facts), ...supporting, ...noModel].map(reason =>
      'rule' in reason ? reason : say(reason, facts),
    ),
    against: opposing.filter(candidate => !noModel.includes(candidate)).map(reason => say(reason, facts)),
    flips: findFlips(situation, economics),
    risks: riskRules
      .filter(candidate => candidate.of.includes(verdict) && candidate.when(facts))
      .map(risk => say(risk, facts)),
    contradictions: situation.contradictions,
    measured: measuredFacts(situation.evidence),
    alternatives: others.map(reason => say(reason, facts)),
    cost: economics.options,
    specialistOn: economics.specialistOn,
    breakEven: { of: facts.candidate, ...breakEvenOf(situation, facts.candidate) },
    requestsPerSecond: economics.requestsPerSecond,
    horizonMonths: economics.horizonMonths,
    tornado: bars,
    nextStep: nextStepOf(judgement, bars),
    assumptions: Object.values(situation.assumptions) as Assumption[],
    figures: shownFigures(situation.evidence),
    uncertainty: {
      method: 'Latin hypercube sample of all ranges; low and high are the 5th and 95th percentile',
      draws: economics.draws,
      seed: economics.seed,
    },
  };
}
