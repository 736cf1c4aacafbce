import type { StatedKey } from '../answers/quantities/index.ts';
import type { Economics } from '../cost/economics.ts';
import type { Odds } from '../cost/odds.ts';
import { functionalRows, peakConcurrency } from '../cost/options.ts';
import type { Answers } from '../schema.ts';
import type { Evidence } from '../situation/evidence.ts';
import { centralPoint, type Situation } from '../situation/situation.ts';

/** How a measured specialist stands to the large model. */
export type QualityAgainstLarge = 'as-good' | 'worse' | 'undecided' | 'unmeasured';

/** All that a rule which decides may look at. */
export interface DecidingFacts {
  readonly answers: Answers;
  readonly evidence: Evidence;
  readonly situation: Situation;
  readonly quality: QualityAgainstLarge;
  /** Labelled rows, noisy ones counted for what they are worth. */
  readonly usefulRows: number;
  /** Whether a specialist alone will do, or the large model has to stay behind it. */
  readonly candidate: 'own-specialist' | 'cascade';
  /** Whether latency at this load wants a server nearby, whatever it costs. */
  readonly localNeeded: boolean;
  /** Chances of the candidate over the draws; computed where a rule asks for them. */
  odds(): Odds;
  /** Median of a quantity. */
  value(key: StatedKey): number;
}

/** All that a rule may look at, and that a sentence may name. */
export interface Facts extends DecidingFacts {
  readonly economics: Economics;
}

/** Largest loss against the large model that still counts as "as good", in units of the metric. */
export const qualityMargin = 0.02;

/** Documents from which looking up beats training in: the low end of figure `documents-mean-retrieval`. */
const manyDocuments = 200;

/** Whether answers stand in so many documents that they have to be looked up. */
export function answersInDocuments({ answers, value }: Pick<DecidingFacts, 'answers' | 'value'>): boolean {
  return (
    value('task.documents') >= manyDocuments &&
    (answers.task.kind === 'generate' || answers.task.factsChange === 'often')
  );
}

/** Agreement from which labels count in full, and below which ten rows count as one. See figure `good-beats-many`. */
export const cleanAgreement = 0.9;
const noisyAgreement = 0.8;

/**
 * Rows for what they are worth: 500 good ones beat 5,000 noisy ones, so a noisy row counts a tenth.
 *
 * @param rows at least 0
 * @param agreement share of labels two people agree on, 0..1
 */
export function usefulRowsOf(rows: number, agreement: number): number {
  const noise = Math.min(Math.max((cleanAgreement - agreement) / (cleanAgreement - noisyAgreement), 0), 1);
  return rows * 0.1 ** noise;
}

/** Gathers what the rules look at. */
export function factsOf(situation: Situation, economics: Economics): Facts {
  return { ...decidingFactsOf(situation, option => economics.options[option]), economics };
}

/** Gathers what the rules that decide look at. */
export function decidingFactsOf(
  situation: Situation,
  oddsOf: (option: DecidingFacts['candidate']) => Odds,
): DecidingFacts {
  const { answers, evidence, assumptions } = situation;
  const value = (key: StatedKey) => assumptions[key].range.value;
  const quality = qualityOf(evidence);
  const usefulRows = usefulRowsOf(value('data.labelledRows'), value('data.labelAgreement'));
  const { breadth, reasoning } = answers.task;
  const alone =
    quality === 'as-good' ||
    (quality === 'unmeasured' &&
      usefulRows >= 10 * functionalRows &&
      value('task.outOfScopeShare') <= 0.05 &&
      breadth === 'narrow' &&
      reasoning === 'none');
  const candidate = alone || !situation.largeAllowed ? 'own-specialist' : 'cascade';
  return {
    answers,
    evidence,
    situation,
    quality,
    usefulRows,
    candidate,
    localNeeded: value('traffic.latencyMs') < 1000 && peakConcurrency(centralPoint(situation)) >= 100,
    odds: () => oddsOf(candidate),
    value,
  };
}

function qualityOf({ evaluation }: Evidence): QualityAgainstLarge {
  const difference = evaluation?.againstLarge;
  if (!difference) return 'unmeasured';
  if (difference.low > -qualityMargin) return 'as-good';
  return difference.high < -qualityMargin ? 'worse' : 'undecided';
}
