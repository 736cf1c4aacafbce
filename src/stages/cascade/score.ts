import type { Signals } from '../../core/cascade.ts';
import { isotonicAt } from '../../stats/calibration/isotonic.ts';
import { plattAt } from '../../stats/calibration/platt.ts';
import type { Calibrator, CascadeCalibration, ScoreModel } from './calibration.ts';

/** Probabilities nearer to 0 or 1 than this are not told apart. */
const nearest = 1e-9;

/** A signal as the score model reads it; null where it is missing or not finite. */
export function featureOf(
  signals: Signals,
  { name, transform }: Pick<ScoreModel['signals'][number], 'name' | 'transform'>,
): number | null {
  const value = signals[name];
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  if (transform === 'none') return value;
  const inside = Math.min(1 - nearest, Math.max(nearest, value));
  return Math.log(inside / (1 - inside));
}

/** One number for how sure an answer is, higher is surer; null where a signal it needs is missing. */
export function scoreOf(model: ScoreModel, signals: Signals): number | null {
  let sum = model.intercept;
  for (const signal of model.signals) {
    const value = featureOf(signals, signal);
    if (value === null) return null;
    sum += (signal.weight * (value - signal.centre)) / signal.scale;
  }
  return sum;
}

/** Probability that an answer of this score is right, 0..1. */
export function confidenceOf(calibrator: Calibrator, score: number): number {
  return calibrator.kind === 'platt' ? plattAt(calibrator, score) : isotonicAt(calibrator, score);
}

/** Whether an answer to this request is out of scope. */
export function isOutOfScope(scope: CascadeCalibration['scope'], signals: Signals): boolean {
  const similarity = signals['similarity'];
  return scope !== null && typeof similarity === 'number' && similarity < scope.threshold;
}

/** A score and what each signal adds to it. */
export interface ScoreDetails {
  readonly score: number | null;
  readonly parts: readonly {
    readonly name: string;
    readonly value: number | null;
    readonly adds: number | null;
  }[];
}

/** Takes a score apart, for explanations; `adds` is against a row of average signals. */
export function scoreDetails(
  { score: model }: Pick<CascadeCalibration, 'score'>,
  signals: Signals,
): ScoreDetails {
  const parts = model.signals.map(signal => {
    const value = featureOf(signals, signal);
    const adds = value === null ? null : (signal.weight * (value - signal.centre)) / signal.scale;
    return { name: signal.name, value: signals[signal.name] ?? null, adds };
  });
  return { score: scoreOf(model, signals), parts };
}
