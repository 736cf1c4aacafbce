import { brierScore, expectedCalibrationError } from '../../../stats/calibration/calibration-error.ts';
import { fitIsotonic } from '../../../stats/calibration/isotonic.ts';
import { fitPlatt } from '../../../stats/calibration/platt.ts';
import type { Calibrator } from '../calibration.ts';
import { confidenceOf } from '../score.ts';

/**
 * Rows from which isotonic regression is taken; below, Platt scaling, which has two parameters only.
 * @see A. Niculescu-Mizil, R. Caruana, "Predicting good probabilities with supervised learning", ICML 2005, section 5
 */
export const rowsForIsotonic = 1000;

const kindFor = (rows: number): Calibrator['kind'] => (rows >= rowsForIsotonic ? 'isotonic' : 'platt');

const folds = 5;
const bins = 10;

/** From score to probability right, by rows that the score was not fitted on. At least one row. */
export function fitCalibrator(
  scores: readonly number[],
  correct: readonly boolean[],
  kind: Calibrator['kind'] = kindFor(scores.length),
): Calibrator {
  return kind === 'isotonic'
    ? { kind: 'isotonic', ...mutable(fitIsotonic(scores, correct)) }
    : { kind: 'platt', ...fitPlatt(scores, correct) };
}

/**
 * How well such a calibrator does on rows it has not seen: each fifth of the rows is judged by a calibrator of the
 * other four, of the kind that all rows get. Null with fewer than ten rows.
 */
export function crossFittedErrors(
  scores: readonly number[],
  correct: readonly boolean[],
): { readonly calibrationError: number; readonly brier: number } | null {
  if (scores.length < 2 * folds) return null;
  const confidences = new Array<number>(scores.length);
  for (let fold = 0; fold < folds; fold++) {
    const others = scores.map((_, row) => row).filter(row => row % folds !== fold);
    const calibrator = fitCalibrator(
      others.map(row => scores[row]!),
      others.map(row => correct[row]!),
      kindFor(scores.length),
    );
    for (let row = fold; row < scores.length; row += folds)
      confidences[row] = confidenceOf(calibrator, scores[row]!);
  }
  return {
    calibrationError: expectedCalibrationError(confidences, correct, bins),
    // Over both outcomes, halved: mean squared distance between confidence and right.
    brier:
      brierScore(
        confidences.map(confidence => [1 - confidence, confidence]),
        correct.map(Number),
      ) / 2,
  };
}

const mutable = ({ x, y }: { readonly x: readonly number[]; readonly y: readonly number[] }) => ({
  x: [...x],
  y: [...y],
});
