import { fitLogistic, sigmoid } from './logistic-regression.ts';

/** Calibrated probability as sigmoid(slope · score + intercept). */
export interface PlattFit {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * Platt scaling: a logistic curve through right and wrong, with Platt's smoothed targets, which keep it from being
 * certain where few rows, all alike, were seen. Scores that are constant, or whose curve would fall, give a flat
 * curve at the smoothed share: a score is never read upside down.
 *
 * @param scores finite, one a row; higher means more likely right
 * @param correct whether the answer was right, row by row
 * @throws RangeError where there are no rows, lengths differ, or a score is not finite
 * @see J. Platt, "Probabilistic outputs for support vector machines", 1999, section 2.2 (targets)
 * @see H.-T. Lin, C.-J. Lin, R. Weng, "A note on Platt's probabilistic outputs for support vector machines", Machine Learning 68, 2007
 */
export function fitPlatt(scores: readonly number[], correct: readonly boolean[]): PlattFit {
  if (scores.length === 0 || scores.length !== correct.length)
    throw new RangeError(`needs as many scores as rows, got ${scores.length} and ${correct.length}`);
  const right = correct.filter(Boolean).length;
  const [high, low] = [(right + 1) / (right + 2), 1 / (correct.length - right + 2)];
  const targets = correct.map(value => (value ? high : low));
  const [centre, spread] = momentsOf(scores);
  const fit =
    spread === 0
      ? null
      : fitLogistic(
          scores.map(value => [(value - centre) / spread]),
          targets,
          0,
        );
  const weight = fit?.weights[0] ?? 0;
  if (fit === null || !(weight > 0)) {
    const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
    return { slope: 0, intercept: Math.log(mean / (1 - mean)) };
  }
  const slope = weight / spread;
  return { slope, intercept: fit.intercept - slope * centre };
}

/** Calibrated probability of a score, 0..1. */
export function plattAt({ slope, intercept }: PlattFit, score: number): number {
  return sigmoid(slope * score + intercept);
}

/** Mean and standard deviation: Newton's method wants scores of ordinary size. */
function momentsOf(values: readonly number[]): [number, number] {
  if (values.some(value => !Number.isFinite(value))) throw new RangeError('a score must be finite');
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return [mean, Math.sqrt(variance)];
}
