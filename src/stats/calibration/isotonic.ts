/** A rising curve through points; straight between them, flat outside. */
export interface IsotonicFit {
  /** Ascending. */
  readonly x: readonly number[];
  /** Ascending, 0..1, one for each x. */
  readonly y: readonly number[];
}

/**
 * Isotonic regression by pooling adjacent violators: the rising curve nearest to the outcomes in least squares.
 * Rows of equal score are one point with their mean.
 *
 * @param scores finite, one a row; higher means more likely right
 * @param correct whether the answer was right, row by row
 * @throws RangeError where there are no rows, lengths differ, or a score is not finite
 * @see M. Ayer et al., "An empirical distribution function for sampling with incomplete information", Annals of Mathematical Statistics 26, 1955
 * @see B. Zadrozny, C. Elkan, "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002
 */
export function fitIsotonic(scores: readonly number[], correct: readonly boolean[]): IsotonicFit {
  if (scores.length === 0 || scores.length !== correct.length)
    throw new RangeError(`needs as many scores as rows, got ${scores.length} and ${correct.length}`);
  if (scores.some(score => !Number.isFinite(score))) throw new RangeError('a score must be finite');
  const points = pointsOf(scores, correct);
  const blocks: { mean: number; weight: number; points: number }[] = [];
  for (const { mean, weight } of points) {
    let block = { mean, weight, points: 1 };
    for (let last = blocks.at(-1); last !== undefined && last.mean >= block.mean; last = blocks.at(-1)) {
      blocks.pop();
      const total = last.weight + block.weight;
      block = {
        mean: (last.mean * last.weight + block.mean * block.weight) / total,
        weight: total,
        points: last.points + block.points,
      };
    }
    blocks.push(block);
  }
  // Of a level piece only its two ends are kept: nothing lies between them.
  const x: number[] = [];
  const y: number[] = [];
  let at = 0;
  for (const block of blocks) {
    x.push(points[at]!.score);
    y.push(block.mean);
    at += block.points;
    if (block.points > 1) {
      x.push(points[at - 1]!.score);
      y.push(block.mean);
    }
  }
  return { x, y };
}

/** Calibrated probability of a score, 0..1. */
export function isotonicAt({ x, y }: IsotonicFit, score: number): number {
  if (score <= x[0]!) return y[0]!;
  const last = x.length - 1;
  if (score >= x[last]!) return y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= score) low = middle;
    else high = middle;
  }
  const share = (score - x[low]!) / (x[high]! - x[low]!);
  return y[low]! + share * (y[high]! - y[low]!);
}

/** Distinct scores in ascending order with the share right at each. */
function pointsOf(scores: readonly number[], correct: readonly boolean[]) {
  const order = scores.map((_, row) => row).sort((a, b) => scores[a]! - scores[b]!);
  const points: { score: number; mean: number; weight: number }[] = [];
  for (const row of order) {
    const last = points.at(-1);
    const outcome = correct[row] ? 1 : 0;
    if (last === undefined || last.score !== scores[row])
      points.push({ score: scores[row]!, mean: outcome, weight: 1 });
    else {
      last.mean = (last.mean * last.weight + outcome) / (last.weight + 1);
      last.weight++;
    }
  }
  return points;
}
