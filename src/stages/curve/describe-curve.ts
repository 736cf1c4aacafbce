import type { CurveTarget, LearningCurve } from '../../core/learning-curve.ts';
import type { Task } from '../../core/task.ts';
import type { Clusters } from '../../stats/clusters/clusters.ts';
import {
  asymptoteOf,
  curveMethod,
  type FittedCurve,
  fitCurve,
  forecast,
  forecastGain,
  reachOf,
} from '../../stats/learning-curve/fit-curve.ts';
import { type MeasuredSize, resampleCurve } from '../../stats/learning-curve/resample-curve.ts';
import { quantile } from '../../stats/quantile.ts';

/** Refits that intervals rest on. */
const draws = 500;
/** The law has three parameters: with fewer sizes nothing would be left to see whether it fits. */
export const fewestSizes = 4;
const bandPoints = 40;
const bandEnd = 4;
const confidence = 0.95;

/** What a curve is of. */
export interface CurveSubject {
  readonly task: Task;
  readonly model: LearningCurve['model'];
  readonly isCheapModel: boolean;
  readonly metric: string;
  /** Development rows there are. */
  readonly rows: number;
  readonly clusters: Clusters;
  readonly seed: number;
}

/** Makes the learning curve of measured sizes; the fit is given along, for questions that come later. */
export function describeCurve(
  subject: CurveSubject,
  sizes: readonly MeasuredSize[],
): { readonly curve: LearningCurve; readonly fitted: FittedCurve | null } {
  const { task, model, isCheapModel, metric, rows, clusters, seed } = subject;
  const scores = resampleCurve(sizes, clusters, { draws, seed });
  const points = sizes.map((size, index) => {
    const value = scores.observed[index]!;
    const drawn = scores.drawn.map(draw => draw[index]!);
    return {
      rows: size.rows,
      fits: size.cells.length,
      score: {
        value,
        low: Math.min(value, quantile(drawn, (1 - confidence) / 2)),
        high: Math.max(value, quantile(drawn, (1 + confidence) / 2)),
        n: scoredRows(size),
        method: 'cluster-bootstrap',
        confidence,
      },
    };
  });
  const base = {
    schemaVersion: 1 as const,
    taskKind: task.kind,
    model,
    metric,
    rows,
    points,
    target: null,
    isCheapModel,
    method: curveMethod,
    seed,
  };
  if (sizes.length < fewestSizes)
    return { curve: { ...base, fit: null, notFitted: tooFew(rows) }, fitted: null };
  const trained = sizes.map(size => size.rows);
  const fitted = fitCurve(trained, scores, { scoredRows: scoredRows(sizes.at(-1)!), seed });
  const { amplitude, exponent } = fitted.law;
  const first = trained[0]!;
  const last = Math.max(bandEnd * rows, trained.at(-1)!);
  const band = Array.from({ length: bandPoints }, (_, index) => {
    const at = first * (last / first) ** (index / (bandPoints - 1));
    const { value, low, high } = forecast(fitted, at);
    return { rows: at, value, low, high };
  });
  return {
    curve: {
      ...base,
      fit: {
        asymptote: asymptoteOf(fitted),
        amplitude,
        exponent,
        now: forecast(fitted, rows),
        doubled: forecast(fitted, 2 * rows),
        gain: forecastGain(fitted, rows, 2 * rows),
        band,
      },
      notFitted: null,
    },
    fitted,
  };
}

const tooFew = (rows: number) =>
  `${rows} ${rows === 1 ? 'row is' : 'rows are'} too few: a curve needs ${fewestSizes} training sizes, the smallest of 20 rows and of two rows a label.`;

/** Rows scored by at least one model of this size. */
function scoredRows({ cells }: MeasuredSize): number {
  return new Set(cells.flatMap(({ heldOut }) => Array.from(heldOut))).size;
}

/** Answers how many rows a score takes, in words too. */
export function targetOf(curve: LearningCurve, fitted: FittedCurve | null, score: number): CurveTarget {
  if (curve.fit === null || fitted === null)
    return { score, outcome: 'not-enough-evidence', rows: null, explanation: curve.notFitted ?? '' };
  const { outcome, rows } = reachOf(fitted, score, curve.rows);
  return { score, outcome, rows, explanation: explain(curve, curve.fit, outcome, rows, score) };
}

function explain(
  curve: LearningCurve,
  { now, asymptote }: NonNullable<LearningCurve['fit']>,
  outcome: CurveTarget['outcome'],
  rows: CurveTarget['rows'],
  score: number,
): string {
  const interval = ({ value, low, high }: { value: number; low: number; high: number }) =>
    `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  const count = (value: number) => Math.round(value).toLocaleString('en-US');
  switch (outcome) {
    case 'reached':
      return now.low >= score
        ? `The ${count(curve.rows)} rows there are reach ${score}: ${interval(now)} is expected.`
        : `The ${count(curve.rows)} rows there are probably reach ${score}: ${interval(now)} is expected.`;
    case 'never':
      return `More rows like these never reach ${score}: the curve ends at ${interval(asymptote)}. Another model, cleaner labels or other inputs might.`;
    case 'rows': {
      const { value, low, high } = rows!;
      const end = high === null ? 'beyond what the curve can tell' : count(high);
      return `About ${count(value)} training rows reach ${score} (${count(low)} to ${end}); there are ${count(curve.rows)}.`;
    }
    case 'not-enough-evidence':
      return `The curve does not say whether ${score} can be reached: it ends at ${interval(asymptote)}, and with 10 times the rows it is still below.`;
  }
}
