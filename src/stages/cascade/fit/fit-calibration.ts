import { DataError } from '../../../core/errors/index.ts';
import type { TaskKind } from '../../../core/task.ts';
import { clusteredProportion } from '../../../stats/clusters/clustered-proportion.ts';
import { estimateAuroc } from '../../../stats/selective/auroc.ts';
import { estimateAurc } from '../../../stats/selective/risk-coverage.ts';
import type { CalibrationContent, CascadeCalibration } from '../calibration.ts';
import { applyBudget } from '../rules/budget.ts';
import { applyErrorBound } from '../rules/error-bound.ts';
import { applyMatchLarge } from '../rules/match-large.ts';
import type { RuleOutcome } from '../rules/rule-outcome.ts';
import type { CascadeRule } from '../schema.ts';
import { crossFittedErrors, fitCalibrator } from './fit-calibrator.ts';
import { combineSignals, rowsToCombine, singleSignal, thresholdsKnownFor } from './fit-score.ts';
import { independentRows, type ScoredRow } from './rows.ts';
import { decidingScore, type TestedRows } from './tested-rows.ts';
import { whereItHelps } from './where-it-helps.ts';

/** What a calibration is fitted with. */
export interface FitOptions {
  readonly taskKind: TaskKind;
  readonly rule: CascadeRule;
  readonly scope: CascadeCalibration['scope'];
  readonly auditShare: number;
  readonly seed: number;
  /** Bootstrap resamples of the diagnostics' intervals; default 1000. */
  readonly resamples?: number;
}

/** What fitting makes of the rows: a calibration but for whose it is. */
export type FittedCascade = Omit<
  CalibrationContent,
  'schemaVersion' | 'specialist' | 'datasetHash' | 'correct' | 'taskKind' | 'secondOpinion' | 'servedBy'
>;

/**
 * Fits score, calibrator and threshold on rows of the calibration split.
 *
 * With {@link rowsToCombine} independent rows or more, half of them fit the score and fix the thresholds to try, the
 * other half test them and fit the calibrator. With fewer, one signal is taken as it is, which is fitted on nothing, so
 * that all rows can test. Either way no threshold is tested on rows that the score was fitted on. The calibrator rises
 * with the score and so changes no decision.
 *
 * @throws DataError `calibration-signals-missing` | `large-answers-missing` | ConfigError `large-price-unknown`
 */
export function fitCalibration(all: readonly ScoredRow[], options: FitOptions): FittedCascade {
  const { rule, scope, auditShare, seed, resamples = 1000 } = options;
  const { score, tested, outcome, fitted, independent } = chooseRegion(all, options);
  const scored = tested.rows.flatMap((row, at) =>
    tested.scores[at]! > Number.NEGATIVE_INFINITY
      ? [{ score: tested.scores[at]!, correct: row.correct }]
      : [],
  );
  if (scored.length === 0)
    throw new DataError(
      'calibration-signals-missing',
      `None of ${independent} calibration rows has a valid answer with a confidence signal`,
      'Set cascade.secondOpinion to agreement where the engine gives no log-probabilities, and look at the answers with `stepdown predict`.',
    );
  const scores = scored.map(row => row.score);
  const correct = scored.map(row => row.correct);
  const help = whereItHelps(tested, outcome.local);
  const keepsUnsure = help.verdict === 'no-better';
  return {
    rows: {
      calibration: all.length,
      fitted,
      tested: tested.rows.length,
      dependent: all.length - independent,
    },
    score,
    calibrator: fitCalibrator(scores, correct),
    rule,
    local: outcome.local,
    escalateLowConfidence: !keepsUnsure,
    goal: keepsUnsure ? withUnsureKept(outcome.goal, rule) : outcome.goal,
    help,
    scope,
    auditShare,
    diagnostics: {
      accuracy: clusteredProportion(tested.rows.map(row => (row.correct ? 1 : 0))),
      auroc: estimateAuroc(scores, correct, { seed, resamples }),
      aurc: estimateAurc(scores, correct, { seed, resamples }),
      calibrationError: null,
      brier: null,
      ...crossFittedErrors(scores, correct),
    },
    seed,
  };
}

/**
 * The part of {@link fitCalibration} that decides: score, tested rows, and what the rule makes of them.
 * @throws DataError `large-answers-missing` | ConfigError `large-price-unknown`
 */
export function chooseRegion(all: readonly ScoredRow[], options: FitOptions) {
  const { taskKind, rule, scope, auditShare, seed } = options;
  const rows = independentRows(all, seed);
  const usable = (part: readonly ScoredRow[]) => part.filter(row => !row.failed && row.valid !== false);
  const half = rows.length >= rowsToCombine ? Math.floor(rows.length / 2) : 0;
  const first = rows.slice(0, half);
  // Also where the first half was too much of one kind to combine signals: that it was is known from its outcomes.
  const kept = rows.slice(half);
  const score = combineSignals(taskKind, usable(first)) ?? singleSignal(taskKind, usable(rows));
  const tested: TestedRows = {
    rows: kept,
    scores: kept.map(row => decidingScore(row, score, scope)),
    otherScores: half === 0 ? null : first.map(row => decidingScore(row, score, scope)),
    knownThresholds: thresholdsKnownFor(score),
  };
  const outcome = applyRule(rule, tested, auditShare);
  return { score, tested, outcome, fitted: half, independent: rows.length };
}

function applyRule(rule: CascadeRule, tested: TestedRows, auditShare: number): RuleOutcome {
  switch (rule.kind) {
    case 'error-bound':
      return applyErrorBound(rule, tested);
    case 'match-large':
      return applyMatchLarge(rule, tested);
    case 'budget':
      return applyBudget(rule, tested, auditShare);
  }
}

/** Unsure answers that are given locally after all are under no bound on local errors. */
function withUnsureKept(goal: RuleOutcome['goal'], rule: CascadeRule): RuleOutcome['goal'] {
  const note = 'The large model is no better on unsure requests, so they are answered locally too';
  return rule.kind === 'error-bound'
    ? {
        ...goal,
        met: false,
        statement: `${note}: no bound on local errors holds then, and escalating would not make the answers better. ${goal.statement}`,
      }
    : { ...goal, statement: `${goal.statement} ${note}.` };
}
