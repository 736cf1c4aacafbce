import type { Estimate } from '../../core/estimate.ts';
import { type BootstrapOptions, clusterBootstrap } from '../bootstrap/cluster-bootstrap.ts';
import { createTally, everyRow, type ScoreTally } from './score-tally.ts';

/** Answering only the rows whose score is at least `threshold`. */
export interface RiskCoveragePoint {
  readonly threshold: number;
  /** Rows answered. */
  readonly answered: number;
  /** Share of rows answered, above 0..1. */
  readonly coverage: number;
  /** Wrong answers among those given. */
  readonly errors: number;
  /** Share wrong among the answers given, 0..1. */
  readonly risk: number;
}

/**
 * The risk-coverage curve: one point for each distinct score, the strictest first. Rows of equal score are answered
 * together, as a threshold cannot tell them apart.
 *
 * @param scores higher means more likely right; not NaN
 * @param correct whether the answer was right, row by row
 * @throws RangeError where there are no rows, lengths differ, or a score is not a number
 * @see R. El-Yaniv, Y. Wiener, "On the foundations of noise-free selective classification", JMLR 11, 2010
 */
export function riskCoverageCurve(
  scores: ArrayLike<number>,
  correct: ArrayLike<boolean>,
): RiskCoveragePoint[] {
  const n = scores.length;
  if (n === 0 || correct.length !== n)
    throw new RangeError(`needs rows and as many scores, got ${n} and ${correct.length}`);
  const order = Array.from({ length: n }, (_, row) => row);
  if (order.some(row => Number.isNaN(scores[row]))) throw new RangeError('a score must be a number');
  order.sort((a, b) => (scores[a]! > scores[b]! ? -1 : scores[a]! < scores[b]! ? 1 : 0));
  const points: RiskCoveragePoint[] = [];
  let errors = 0;
  order.forEach((row, at) => {
    if (!correct[row]) errors++;
    const next = order[at + 1];
    if (next !== undefined && scores[next] === scores[row]) return;
    const answered = at + 1;
    points.push({
      threshold: scores[row]!,
      answered,
      coverage: answered / n,
      errors,
      risk: errors / answered,
    });
  });
  return points;
}

/**
 * Area under the risk-coverage curve: mean share wrong among the k surest answers, over k = 1..n. Rows of equal
 * score come in random order; the mean over such orders is taken.
 *
 * @returns 0 (all right) ..1
 * @see Y. Geifman, G. Uziel, R. El-Yaniv, "Bias-reduced uncertainty estimation for deep neural classifiers", ICLR 2019, section 3
 */
export function aurc(scores: ArrayLike<number>, correct: ArrayLike<boolean>): number {
  if (scores.length === 0) throw new RangeError('needs rows');
  return aurcOf(createTally(scores, correct)(everyRow(scores.length)));
}

function aurcOf({ right, wrong }: ScoreTally): number {
  let sum = 0;
  let answered = 0;
  let errors = 0;
  for (let place = right.length - 1; place >= 0; place--) {
    const tied = right[place]! + wrong[place]!;
    const share = tied === 0 ? 0 : wrong[place]! / tied;
    for (let k = 1; k <= tied; k++) sum += (errors + share * k) / (answered + k);
    answered += tied;
    errors += wrong[place]!;
  }
  return sum / answered;
}

/** {@link aurc} with its interval from resampling whole groups. */
export function estimateAurc(
  scores: readonly number[],
  correct: readonly boolean[],
  options: BootstrapOptions,
): Estimate {
  const tally = createTally(scores, correct);
  return clusterBootstrap(rows => aurcOf(tally(rows)), scores.length, options);
}
