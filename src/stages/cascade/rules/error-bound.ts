import type { ThresholdTest } from '../../../stats/selective/choose-threshold.ts';
import { controlRisk, type RiskEvidence } from '../../../stats/selective/control-risk.ts';
import { answersForRisk, fewestAnswers } from '../../../stats/selective/risk-bound.ts';
import { riskCoverageCurve } from '../../../stats/selective/risk-coverage.ts';
import { regionAbove, type TestedRows } from '../fit/tested-rows.ts';
import type { CascadeRule } from '../schema.ts';
import { candidatesFor, partsFor, partsOf, type ThresholdSource } from './candidates.ts';
import { nothingInstead, percent, type RuleOutcome } from './rule-outcome.ts';

/** Points of the risk-coverage curve from which the rows needed are estimated, at most. */
const pointsTried = 200;

type ErrorBound = Extract<CascadeRule, { kind: 'error-bound' }>;

/**
 * At most a share alpha of the local answers is wrong, with a chance of at least 1 - delta over the choice of the
 * tested rows: exact, whatever the score, for requests drawn like those rows.
 * @see controlRisk for the method and its sources
 */
export function applyErrorBound({ alpha, delta }: ErrorBound, tested: TestedRows): RuleOutcome {
  const correct = tested.rows.map(row => row.correct);
  const chosen = laxest(tested, correct, alpha, delta);
  const n = tested.rows.length;
  if (chosen) {
    const { answered, errors, upperBound } = chosen.evidence;
    return {
      local: regionAbove(chosen.threshold),
      goal: {
        met: true,
        statement: `With a chance of at least ${percent(1 - delta)} over the choice of these ${n} rows, at most ${percent(alpha)} of the local answers are wrong, for requests like these rows (exact binomial bound; ${errors} of ${answered} were wrong, at most ${percent(upperBound)}).`,
        evidence: { rows: n, answered, errors, upperBound, difference: null },
        instead: null,
      },
    };
  }
  const smallestAlpha = smallestAlphaFor(tested, correct, alpha, delta);
  const rowsNeeded = rowsFor(tested, correct, alpha, delta);
  return {
    local: regionAbove(null),
    goal: {
      met: false,
      statement: refusal(n, { alpha, delta, level: delta / partsFor(tested) }, smallestAlpha, rowsNeeded),
      evidence: { rows: n, answered: 0, errors: 0, upperBound: null, difference: null },
      instead: { ...nothingInstead, smallestAlpha, rowsNeeded },
    },
  };
}

function laxest(
  tested: TestedRows,
  correct: readonly boolean[],
  alpha: number,
  delta: number,
): ThresholdTest<RiskEvidence> | null {
  const candidates = candidatesFor(tested, fewestAnswers(alpha, delta / partsFor(tested)));
  return candidates && controlRisk(tested.scores, correct, candidates, { alpha, delta }).chosen;
}

/** Smallest share, in steps of half a point, for which the same procedure finds a threshold; null where none does. */
function smallestAlphaFor(
  tested: TestedRows,
  correct: readonly boolean[],
  alpha: number,
  delta: number,
): number | null {
  for (let step = Math.floor(alpha * 200) + 1; step < 200; step++)
    if (laxest(tested, correct, step / 200, delta)) return step / 200;
  return null;
}

/** Rows after which the bound would be shown, if errors came as here; null where no number would do. */
function rowsFor(
  tested: TestedRows,
  correct: readonly boolean[],
  alpha: number,
  delta: number,
): number | null {
  const curve = riskCoverageCurve(tested.scores, correct);
  const stride = Math.ceil(curve.length / pointsTried);
  const needed = curve
    .filter((point, at) => point.threshold > Number.NEGATIVE_INFINITY && at % stride === 0)
    .flatMap(({ answered, errors, coverage }) => {
      // Half an error more: few rows without one do not mean that there will be none.
      const answers = answersForRisk((errors + 0.5) / (answered + 1), alpha, delta / partsFor(tested));
      return answers === null ? [] : [Math.ceil(answers / coverage)];
    });
  return needed.length === 0 ? null : Math.max(tested.rows.length + 1, Math.min(...needed));
}

function refusal(
  n: number,
  { alpha, delta, level }: { alpha: number; delta: number; level: number },
  smallestAlpha: number | null,
  rowsNeeded: number | null,
): string {
  const fewest = fewestAnswers(alpha, level);
  const why =
    n < fewest
      ? `${n} rows cannot show it: even without any error it takes ${fewest} local answers.`
      : `No threshold has few enough errors among its local answers in these ${n} rows.`;
  const could = [
    smallestAlpha === null ? 'These rows show no smaller bound either.' : null,
    smallestAlpha === null
      ? null
      : `These rows would show ${percent(smallestAlpha)}; a bound chosen after seeing them needs other rows to hold.`,
    rowsNeeded === null
      ? 'More rows like these would not help: the surest answers are wrong too often.'
      : `With errors as here, about ${rowsNeeded} tested rows would show ${percent(alpha)}.`,
  ].filter(line => line !== null);
  return `"At most ${percent(alpha)} wrong with confidence ${percent(1 - delta)}" cannot be promised. ${[why, ...could].join(' ')}`;
}

/**
 * What so many calibration rows could show at best, if not one local answer were wrong; null where they could show what
 * is asked. Said before anything is asked of a model.
 *
 * @param rows independent rows, at least one
 * @param source what will fix the thresholds
 */
export function bestPossible(
  rows: number,
  { alpha, delta }: ErrorBound,
  source: ThresholdSource,
): { readonly fewest: number; readonly alpha: number } | null {
  const level = delta / partsOf[source];
  const fewest = fewestAnswers(alpha, level);
  if (rows >= fewest) return null;
  // Rounded up, so that what is named can be set.
  return { fewest, alpha: Math.ceil((1 - level ** (1 / rows)) * 1000) / 1000 };
}
