import { createRandom } from '../stats/random/random.ts';

/** Rows of a sparse matrix, one after the other: row r has the entries from `starts[r]` to `starts[r + 1]`. */
export interface SparseRows {
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  readonly features: number;
}

/** A classifier that gives probabilities. */
export interface SoftmaxClassifier {
  /** Probabilities of all classes for one row of a matrix; the array is used again by the next call. */
  probabilities(matrix: SparseRows, row: number): Float64Array;
}

const passes = 5;
const firstStep = 4;
/** Smaller parts of a gradient move nothing worth the time. */
const leastGradient = 0.002;

/**
 * Multinomial logistic regression by stochastic gradient descent with a falling step, stopped after a few passes,
 * which keeps it from learning single wrong labels by heart. Made for rows of unit length.
 *
 * @param classes class of each row of the matrix, 0..count-1
 * @param learnt rows to learn from
 * @see L. Bottou, "Stochastic gradient descent tricks", in Neural Networks: Tricks of the Trade, 2012
 */
export function fitSoftmaxClassifier(
  matrix: SparseRows,
  classes: Int32Array,
  count: number,
  learnt: readonly number[],
  seed: number,
): SoftmaxClassifier {
  const weights = new Float64Array((matrix.features + 1) * count);
  const scores = new Float64Array(count);
  const moved = new Int32Array(count);
  const order = Uint32Array.from(learnt);
  const random = createRandom(seed);
  const steps = passes * order.length;
  let step = 0;
  for (let pass = 0; pass < passes; pass++) {
    for (let at = order.length - 1; at >= 0; at--) {
      const swap = random.below(at + 1);
      const row = order[swap]!;
      order[swap] = order[at]!;
      order[at] = row;
      predict(matrix, weights, count, row, scores);
      scores[classes[row]!]! -= 1;
      let moves = 0;
      for (let each = 0; each < count; each++)
        if (Math.abs(scores[each]!) > leastGradient) moved[moves++] = each;
      descend(matrix, weights, row, scores, moved.subarray(0, moves), firstStep * (1 - step / steps));
      step++;
    }
  }
  return {
    probabilities(asked, row) {
      predict(asked, weights, count, row, scores);
      return scores;
    },
  };
}

/** Softmax of the scores of a row. The weights of one feature stand together: [features + 1, classes]. */
function predict(
  { starts, indices, values, features }: SparseRows,
  weights: Float64Array,
  count: number,
  row: number,
  scores: Float64Array,
): void {
  const bias = features * count;
  for (let at = 0; at < count; at++) scores[at] = weights[bias + at]!;
  for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
    const from = indices[entry]! * count;
    const value = values[entry]!;
    for (let at = 0; at < count; at++) scores[at]! += value * weights[from + at]!;
  }
  let highest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at++) if (scores[at]! > highest) highest = scores[at]!;
  let sum = 0;
  for (let at = 0; at < count; at++) {
    const power = Math.exp(scores[at]! - highest);
    scores[at] = power;
    sum += power;
  }
  for (let at = 0; at < count; at++) scores[at]! /= sum;
}

/** Moves the weights of the classes in `moved` against the gradient. */
function descend(
  { starts, indices, values, features }: SparseRows,
  weights: Float64Array,
  row: number,
  gradient: Float64Array,
  moved: Int32Array,
  step: number,
): void {
  const count = gradient.length;
  for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
    const from = indices[entry]! * count;
    const value = step * values[entry]!;
    for (let at = 0; at < moved.length; at++) weights[from + moved[at]!]! -= value * gradient[moved[at]!]!;
  }
  const bias = features * count;
  for (let at = 0; at < moved.length; at++) weights[bias + moved[at]!]! -= 0.1 * step * gradient[moved[at]!]!;
}
