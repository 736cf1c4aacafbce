import { DataError } from '../../../core/errors/index.ts';
import type { Estimate } from '../../../core/estimate.ts';
import { pairedScoreInterval } from '../../../stats/paired/paired-score-interval.ts';
import { chooseThreshold, type ThresholdTest } from '../../../stats/selective/choose-threshold.ts';
import { regionAbove, type TestedRows } from '../fit/tested-rows.ts';
import type { CascadeRule } from '../schema.ts';
import { candidatesFor } from './candidates.ts';
import { nothingInstead, percent, type RuleOutcome } from './rule-outcome.ts';

type MatchLarge = Extract<CascadeRule, { kind: 'match-large' }>;

interface Evidence {
  readonly answered: number;
  readonly errors: number;
  /** Cascade minus large model, share right. */
  readonly difference: Estimate;
}

/**
 * The share right of the cascade is at most `margin` below that of the large model alone. The interval is Tango's for
 * paired proportions, which holds its level closely but not exactly; over thresholds it is corrected as Learn-then-Test
 * asks.
 *
 * @throws DataError `large-answers-missing` where the large model did not answer every tested row
 */
export function applyMatchLarge({ margin, delta }: MatchLarge, tested: TestedRows): RuleOutcome {
  const n = tested.rows.length;
  const missing = tested.rows.filter(row => row.largeCorrect === null).length;
  if (missing > 0)
    throw new DataError(
      'large-answers-missing',
      `The rule match-large needs the large model's answer to every calibration row; ${missing} of ${n} lack it`,
      'Configure `large`, or give its recorded answers with --large-answers.',
    );
  const candidates = candidatesFor(tested, Math.max(1, Math.floor(n / 20)))!;
  const test = (threshold: number, level: number) => {
    const evidence = evidenceAt(tested, threshold, 1 - 2 * level);
    return { passed: evidence.difference.low > -margin, evidence };
  };
  const { chosen, tested: tries } = chooseThreshold(candidates, test, delta);
  if (chosen) {
    const { difference, ...counts } = chosen.evidence;
    return {
      local: regionAbove(chosen.threshold),
      goal: {
        met: true,
        statement: `With confidence ${percent(1 - delta)}, the cascade is at most ${percent(margin)} below the large model (on ${n} rows: ${signed(difference.value)}, at least ${signed(difference.low)}; Tango's interval, corrected for the thresholds tried).`,
        evidence: { rows: n, ...counts, upperBound: null, difference },
        instead: null,
      },
    };
  }
  const smallestMargin = smallestOf(tries);
  return {
    local: regionAbove(null),
    goal: {
      met: false,
      statement: `"At most ${percent(margin)} below the large model" cannot be shown for any share of local answers.${
        smallestMargin === null
          ? ''
          : ` These ${n} rows would show a margin of ${percent(smallestMargin)}; a margin chosen after seeing them needs other rows to hold.`
      }`,
      evidence: { rows: n, answered: 0, errors: 0, upperBound: null, difference: null },
      instead: { ...nothingInstead, smallestMargin },
    },
  };
}

function evidenceAt({ rows, scores }: TestedRows, threshold: number, confidence: number): Evidence {
  const local = rows.filter((_, at) => scores[at]! > threshold);
  // Escalated rows are answered by the large model on both sides: they differ nowhere.
  const wins = local.filter(row => row.correct && row.largeCorrect === false).length;
  const losses = local.filter(row => !row.correct && row.largeCorrect === true).length;
  return {
    answered: local.length,
    errors: local.filter(row => !row.correct).length,
    difference: pairedScoreInterval(wins, losses, rows.length, confidence),
  };
}

/** Smallest margin that some threshold would have passed, rounded up to a tenth of a point. */
function smallestOf(tries: readonly ThresholdTest<Evidence>[]): number | null {
  const lows = tries
    .filter(({ evidence }) => evidence.answered > 0)
    .map(({ evidence }) => -evidence.difference.low);
  return lows.length === 0 ? null : Math.ceil(Math.max(0, Math.min(...lows)) * 1000 + 1e-9) / 1000;
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${percent(Math.abs(value))}`;
