import type { TaskKind } from '../../../core/task.ts';
import { fitLogistic } from '../../../stats/calibration/logistic-regression.ts';
import type { ScoreModel } from '../calibration.ts';
import { featureOf } from '../score.ts';
import { signalNames } from '../signals/signals.ts';
import type { ScoredRow } from './rows.ts';

/**
 * Rows that test, below which a signal whose scale gives its thresholds stands alone: known thresholds are shown by
 * fewer rows than such as other rows fix.
 */
const rowsToCombineKnown = 400;
/** Right and wrong answers, each at least so many, below which a fit of several signals is not tried. */
const fewestOfEither = 20;
/** Penalty on weights of standardised signals: a little, so that signals that say the same share the weight. */
const ridge = 1;

/**
 * Thresholds of a signal whose scale is known before any row is seen: answers that say the same, then those that say
 * nearly the same; answers that the model calls right.
 */
const knownThresholds: Readonly<Record<string, readonly number[]>> = {
  agreement: [1 - 1e-9, 0.9, 0.8, 0.7, 0.5],
  verified: [0],
};

/** Thresholds of a score, strictest first, that hold without looking at rows; null where its scale is not known. */
export function thresholdsKnownFor({ kind, signals }: ScoreModel): readonly number[] | null {
  return kind === 'single' ? (knownThresholds[signals[0]!.name] ?? null) : null;
}

const transformOf = (name: string): 'none' | 'logit' =>
  name === 'probability' || name === 'verified' ? 'logit' : 'none';

/**
 * One score from the signals of answers.
 * @param guides rows that it may be fitted on; without any it is one signal as it is
 * @param tested rows that test thresholds; only which signals they have is looked at, never whether they are right
 */
export function fitScore(
  kind: TaskKind,
  guides: readonly ScoredRow[],
  tested: readonly ScoredRow[],
): ScoreModel {
  const single = singleSignal(kind, [...guides, ...tested]);
  if (thresholdsKnownFor(single) !== null && tested.length < rowsToCombineKnown) return single;
  return combineSignals(kind, guides) ?? single;
}

/** The signal that stands alone for a task kind, as it is: fitted on nothing. */
function singleSignal(kind: TaskKind, rows: readonly ScoredRow[]): ScoreModel {
  // One that says the same of every answer still says that it is there.
  const name = usable(kind, rows)[0] ?? present(kind, rows)[0] ?? signalNames[kind][0];
  return {
    kind: 'single',
    signals: [{ name, transform: transformOf(name), centre: 0, scale: 1, weight: 1 }],
    intercept: 0,
  };
}

/**
 * Combines the signals that these rows have into one score by logistic regression on right and wrong.
 * @returns null where there is only one signal, or too few right or wrong answers to fit on
 */
function combineSignals(kind: TaskKind, rows: readonly ScoredRow[]): ScoreModel | null {
  const names = usable(kind, rows);
  const right = rows.filter(row => row.correct).length;
  if (names.length < 2 || Math.min(right, rows.length - right) < fewestOfEither) return null;
  const columns = names.map(name => {
    const signal = { name, transform: transformOf(name) };
    const values = rows.map(row => featureOf(row.signals, signal)!);
    const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length;
    return { ...signal, centre, scale: Math.sqrt(variance), values };
  });
  const fit = fitLogistic(
    rows.map((_, row) => columns.map(({ values, centre, scale }) => (values[row]! - centre) / scale)),
    rows.map(row => (row.correct ? 1 : 0)),
    ridge,
  );
  return {
    kind: 'combined',
    signals: columns.map(({ values: _values, ...signal }, at) => ({ ...signal, weight: fit.weights[at]! })),
    intercept: fit.intercept,
  };
}

/** Signals that every row has. */
function present(kind: TaskKind, rows: readonly ScoredRow[]): (typeof signalNames)[TaskKind][number][] {
  return signalNames[kind].filter(name => valuesOf(name, rows).every(value => value !== null));
}

/** Signals that every row has and that are not all alike. */
function usable(kind: TaskKind, rows: readonly ScoredRow[]) {
  return present(kind, rows).filter(name => {
    const values = valuesOf(name, rows);
    return values.some(value => Math.abs(value! - values[0]!) > 1e-12);
  });
}

const valuesOf = (name: string, rows: readonly ScoredRow[]) =>
  rows.map(row => featureOf(row.signals, { name, transform: transformOf(name) }));
