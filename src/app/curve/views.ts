import type { LearningCurves } from '../../core/learning-curve.ts';
import type { TaskKind } from '../../core/task.ts';

export interface LearningCurveOptions {
  /** File of labelled rows, absolute path; the workspace's dataset when absent. */
  readonly file?: string;
  /** Kind of task of a file outside a workspace; what its targets look like when absent. */
  readonly kind?: TaskKind;
  /** Score that the rows needed for are asked, 0..1. */
  readonly target?: number;
  /** Trains the specialist at growing sizes too. */
  readonly withSpecialist?: boolean;
  /** Measure again although nothing changed. */
  readonly force?: boolean;
}

/** The curves; the run they are kept as, null outside a workspace. */
export interface LearningCurveView extends LearningCurves {
  readonly runId: string | null;
}

export interface RowsNeededOptions {
  /** Difference to show, above 0, below 1. */
  readonly difference: number;
  /** Score of the system compared with, 0..1; 0.8 is assumed when absent. */
  readonly score?: number;
  /** Chance to show a difference that is there; 0.8 when absent. */
  readonly power?: number;
  /** Share of rows on which both are right or both are wrong, 0..1; a range is assumed when absent. */
  readonly agreement?: number;
  /** Largest loss that the non-inferiority gate allows; the difference when absent. */
  readonly margin?: number;
}

/** How alike two systems err, and what follows. */
export interface RowsNeededCase {
  /** `stated`: from `agreement`; the others are assumed. */
  readonly assumption: 'alike' | 'typical' | 'independent' | 'stated';
  /** Share of rows on which both are right or both are wrong. */
  readonly agreement: number;
  /** Test rows that show the difference. */
  readonly rows: number;
  /** Test rows on which a system as good as the other passes the gate. */
  readonly gateRows: number;
  /** What the present test rows show; null where there are none, `difference` null where they show no difference. */
  readonly present: { readonly difference: number | null; readonly margin: number } | null;
}

export interface RowsNeededView {
  readonly difference: number;
  readonly margin: number;
  readonly score: number;
  readonly isScoreAssumed: boolean;
  readonly power: number;
  /** Coverage of the two-sided interval that decides. */
  readonly confidence: number;
  readonly cases: readonly RowsNeededCase[];
  /** Of the frozen dataset; null where there is none. Rows of one group count for less than as many single rows. */
  readonly testSet: { readonly rows: number; readonly groups: number } | null;
}
