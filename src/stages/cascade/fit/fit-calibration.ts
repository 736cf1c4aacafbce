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
import { fitScore, thresholdsKnownFor } from './fit-score.ts';
import { divideRows } from './guide-rows.ts';
import { independentRows, type ScoredRow } from './rows.ts';
import { decidingScore, type TestedRows } from './tested-rows.ts';
import { whereItHelps } from './where-it-helps.ts';

/** What a calibration is fitted with. */
export interface FitOptions {
  readonly taskKind: TaskKind;
  /** Answered rows of the validation split, see `guideExamples`; default none. */
  readonly validation?: readonly ScoredRow[];
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
 * Guides (see `divideRows`) fit the score and fix the thresholds to try, the other rows test them and fit the
 * calibrator. Without guides, one signal is taken as it is, which is fitted on nothing, and thresholds lie at ranks of
 * the tested rows. Either way no threshold is tested on rows that the score was fitted on. The calibrator rises with
 * the score and so changes no decision.
 *
 * @throws DataError `calibration-rows-unscorable` | `calibration-signals-missing` | `large-answers-missing` | ConfigError `large-price-unknown`
 */
export function fitCalibration(all: readonly ScoredRow[], options: FitOptions): FittedCascade {
  const { rule, scope, auditShare, seed, resamples = 1000 } = options;
  const { score, tested, outcome, fitted, guidesFrom, independent } = chooseRegion(all, options);
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
  // Giving more answers locally than passed is what match-large has tested, and not shown to keep its margin.
  const mayKeep = rule.kind !== 'match-large';
  const help = whereItHelps(tested, outcome.local, mayKeep);
  const keepsUnsure = help.verdict === 'no-better' && mayKeep;
  return {
    rows: {
      calibration: all.length,
      fitted,
      ...(guidesFrom === null ? {} : { fittedOn: guidesFrom }),
      tested: tested.rows.length,
      dependent: all.length - independent,
    },
    score,
    calibrator: fitCalibrator(scores, correct),
    rule,
    local: outcome.local,
    escalateLowConfidence: !keepsUnsure,
    goal: keepsUnsure ? withUnsureKept(outcome.goal, rule, tested) : withAllEscalated(outcome),
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
 * @throws DataError `calibration-rows-unscorable` | `large-answers-missing` | ConfigError `large-price-unknown`
 */
export function chooseRegion(all: readonly ScoredRow[], options: FitOptions) {
  const { taskKind, validation = [], rule, scope, auditShare, seed } = options;
  if (all.length === 0)
    throw new DataError(
      'calibration-rows-unscorable',
      'No calibration row has a target that its answer can be scored against',
      'Look at the rows with `stepdown data show --split calibration`, and set cascade.correct.metric to a metric that scores them.',
    );
  const rows = independentRows(all, seed);
  const { guides, guidesFrom, tested: kept } = divideRows(rows, validation);
  const usable = (part: readonly ScoredRow[]) => part.filter(row => !row.failed && row.valid !== false);
  const score = fitScore(taskKind, usable(guides), usable(kept));
  const tested: TestedRows = {
    rows: kept,
    scores: kept.map(row => decidingScore(row, score, scope)),
    otherScores: guides.length === 0 ? null : guides.map(row => decidingScore(row, score, scope)),
    knownThresholds: thresholdsKnownFor(score),
  };
  const outcome = applyRule(rule, tested, auditShare);
  return { score, tested, outcome, fitted: guides.length, guidesFrom, independent: rows.length };
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

/** Where nothing is promised, nothing is answered locally. */
function withAllEscalated({ goal, local }: RuleOutcome): RuleOutcome['goal'] {
  if (goal.met || local.kind !== 'none') return goal;
  return { ...goal, statement: `${goal.statement} So every request is escalated.` };
}

/** Unsure answers that are given locally after all are under no bound on local errors. */
function withUnsureKept(
  goal: RuleOutcome['goal'],
  rule: CascadeRule,
  { rows, scores }: TestedRows,
): RuleOutcome['goal'] {
  const local = rows.filter((_, row) => scores[row]! > Number.NEGATIVE_INFINITY);
  const errors = local.filter(row => !row.correct).length;
  const evidence = { ...goal.evidence, answered: local.length, errors, upperBound: null };
  const note = 'The large model is no better on unsure requests, so they are answered locally too';
  return rule.kind === 'error-bound'
    ? {
        ...goal,
        evidence,
        met: false,
        statement: `${note}: no bound on local errors holds then, and escalating would not make the answers better. ${goal.met ? `Of the surest alone: ${goal.statement}` : goal.statement}`,
      }
    : { ...goal, evidence, statement: `${goal.statement} ${note}.` };
}
