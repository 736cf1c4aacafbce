import type { CascadeCalibration, LocalRegion, ScoreModel } from '../calibration.ts';
import { isOutOfScope, scoreOf } from '../score.ts';
import type { ScoredRow } from './rows.ts';

/** Rows as a rule tests thresholds on them. */
export interface TestedRows {
  readonly rows: readonly ScoredRow[];
  /** -Infinity where the answer is never given locally: failed, invalid, out of scope, or without a score. */
  readonly scores: readonly number[];
  /** Scores of the guides, for thresholds fixed in advance; null where there are none. */
  readonly otherScores: readonly number[] | null;
  /** Thresholds that the scale of the score gives by itself, strictest first; null where rows have to give them. */
  readonly knownThresholds: readonly number[] | null;
}

/** The score that decides, -Infinity where nothing but escalation is possible. */
export function decidingScore(row: ScoredRow, score: ScoreModel, scope: CascadeCalibration['scope']): number {
  if (row.failed || row.valid === false || isOutOfScope(scope, row.signals)) return Number.NEGATIVE_INFINITY;
  return scoreOf(score, row.signals) ?? Number.NEGATIVE_INFINITY;
}

/** A threshold as the artefact writes it: JSON has no infinity. */
export function regionAbove(threshold: number | null): LocalRegion {
  if (threshold === null) return { kind: 'none' };
  return threshold === Number.NEGATIVE_INFINITY ? { kind: 'all' } : { kind: 'above', score: threshold };
}

/** The threshold of a region; +Infinity answers nothing. */
export function thresholdOf(local: LocalRegion): number {
  if (local.kind === 'none') return Number.POSITIVE_INFINITY;
  return local.kind === 'all' ? Number.NEGATIVE_INFINITY : local.score;
}
