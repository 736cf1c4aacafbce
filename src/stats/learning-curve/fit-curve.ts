import type { Estimate } from '../../core/estimate.ts';
import { quantile } from '../quantile.ts';
import { createRandom } from '../random/random.ts';
import { fitPowerLaw, type PowerLaw, rowsForScore, scoreAt } from './power-law.ts';
import type { CurveScores } from './resample-curve.ts';

/** What the curve might as well have been. */
export interface CurveDraw {
  readonly law: PowerLaw;
  /** How far the scores leave the law with every doubling of the rows beyond the largest size measured. */
  readonly departure: number;
}

/** A fitted curve with its uncertainty. */
export interface FittedCurve {
  readonly law: PowerLaw;
  readonly draws: readonly CurveDraw[];
  /** Largest size measured: beyond it the curve is a forecast. */
  readonly largest: number;
  /** Best score there is. */
  readonly ceiling: number;
  /** Rows that were scored. */
  readonly scoredRows: number;
}

/** In one line, for whoever reads the intervals. */
export const curveMethod =
  'inverse power law, weighted nonlinear least squares; 95 % percentile interval of refits to resampled rows with residual noise';

const confidence = 0.95;
/** Parameters of the law: each takes a residual's freedom. */
const parameters = 3;

/**
 * Fits the law to the scores, and again to every draw of rows with noise as large as the residuals: resampling rows
 * shows how hard the rows happened to be, residuals show what the training sets and the form of the law do.
 *
 * The law is only nearly right, and how nearly the residuals tell: beyond the largest size a draw leaves it by a
 * residual a doubling.
 *
 * Samples count by their rows, because a score varies less from one large training set to the next, and because what
 * is asked for lies beyond the largest.
 *
 * @param sizes training rows, ascending, at least four
 * @throws RangeError where there are fewer than four sizes
 * @see T. Viering, M. Loog, "The shape of learning curves: a review", IEEE TPAMI 45, 2023, sections 4 and 5
 */
export function fitCurve(
  sizes: readonly number[],
  { observed, drawn }: CurveScores,
  options: { readonly scoredRows: number; readonly seed: number; readonly ceiling?: number },
): FittedCurve {
  if (sizes.length <= parameters)
    throw new RangeError(`a curve needs more than ${parameters} sizes, got ${sizes.length}`);
  const ceiling = options.ceiling ?? 1;
  const fitTo = (scores: readonly number[]) =>
    fitPowerLaw(
      scores.map((score, index) => ({ rows: sizes[index]!, score, weight: sizes[index]! })),
      ceiling,
    );
  const law = fitTo(observed);
  const variance =
    observed.reduce(
      (sum, score, index) => sum + sizes[index]! * (score - scoreAt(law, sizes[index]!)) ** 2,
      0,
    ) /
    (sizes.length - parameters);
  const normal = normalFrom(options.seed);
  const noisy = (scores: readonly number[]) =>
    scores.map((score, index) => score + normal() * Math.sqrt(variance / sizes[index]!));
  const largest = sizes.at(-1)!;
  const draws = drawn.map(scores => ({
    law: fitTo(noisy(scores)),
    departure: normal() * Math.sqrt(variance / largest),
  }));
  return { law, draws, largest, ceiling, scoredRows: options.scoredRows };
}

/** Expected score with so many training rows. */
export function forecast(curve: FittedCurve, rows: number): Estimate {
  return estimate(curve, scoreAt(curve.law, rows), draw => drawnScore(curve, draw, rows));
}

/** What so many rows would add to the score with fewer of them. */
export function forecastGain(curve: FittedCurve, from: number, to: number): Estimate {
  return estimate(
    curve,
    scoreAt(curve.law, to) - scoreAt(curve.law, from),
    draw => drawnScore(curve, draw, to) - drawnScore(curve, draw, from),
  );
}

/** What ever more rows would reach. */
export function asymptoteOf(curve: FittedCurve): Estimate {
  return estimate(curve, curve.law.asymptote, ({ law }) => law.asymptote);
}

function drawnScore({ largest, ceiling }: FittedCurve, { law, departure }: CurveDraw, rows: number): number {
  const doublings = Math.max(0, Math.log2(rows / largest));
  return Math.min(ceiling, scoreAt(law, rows) + departure * doublings);
}

function estimate(
  { draws, scoredRows }: FittedCurve,
  value: number,
  drawn: (draw: CurveDraw) => number,
): Estimate {
  const values = draws.map(drawn);
  return {
    value,
    low: Math.min(value, quantile(values, (1 - confidence) / 2)),
    high: Math.max(value, quantile(values, (1 + confidence) / 2)),
    n: scoredRows,
    method: 'power-law-bootstrap',
    confidence,
  };
}

/** Whether a score can be had with more rows, and with how many. */
export interface Reach {
  readonly outcome: 'reached' | 'rows' | 'never' | 'not-enough-evidence';
  /** Training rows; a null end lies beyond what can be told. Null unless the outcome is `rows`. */
  readonly rows: { readonly value: number; readonly low: number; readonly high: number | null } | null;
}

/** A curve says nothing of more than so many times the rows it was measured with. */
export const furthest = 10;

/**
 * Training rows for a score.
 *
 * @param score 0..1
 * @param now training rows there are
 */
export function reachOf(curve: FittedCurve, score: number, now: number): Reach {
  const { law, draws } = curve;
  if (scoreAt(law, now) >= score) return { outcome: 'reached', rows: null };
  if (asymptoteOf(curve).high < score) return { outcome: 'never', rows: null };
  const needed = (candidate: PowerLaw) => rowsForScore(candidate, score) ?? Number.POSITIVE_INFINITY;
  const value = needed(law);
  if (value > furthest * now) return { outcome: 'not-enough-evidence', rows: null };
  const all = draws.map(({ law: drawn }) => needed(drawn)).sort((a, b) => a - b);
  const end = (share: number) => all[Math.min(all.length - 1, Math.floor(share * all.length))] ?? value;
  const high = Math.max(value, end((1 + confidence) / 2));
  return {
    outcome: 'rows',
    rows: {
      value: Math.ceil(value),
      low: Math.ceil(Math.min(value, end((1 - confidence) / 2))),
      high: high > furthest * now ? null : Math.ceil(high),
    },
  };
}

/** @see G. Box, M. Muller, "A note on the generation of random normal deviates", 1958 */
function normalFrom(seed: number): () => number {
  const random = createRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}
