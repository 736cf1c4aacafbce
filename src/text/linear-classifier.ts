import { createRandom } from '../stats/random/random.ts';
import type { SparseVector, Tfidf } from './tfidf.ts';

/** A linear classifier of texts, one weight vector a label. */
export interface LinearClassifier {
  /** Sorted by code unit. */
  readonly labels: readonly string[];
  /** Signed distances to the planes, in the order of `labels`; not probabilities. */
  scores(text: string): readonly number[];
  /** The label of the largest score. */
  answer(text: string): string;
}

const cost = 1;
const strictTolerance = 1e-4;
const maximumPasses = 1000;

/**
 * Linear support vector machine on TF-IDF, one label against the rest, squared hinge loss, C = 1, by dual
 * coordinate descent. The bias is a feature of constant value 1.
 *
 * @param seed order in which rows are visited; it changes the result within the tolerance only
 * @param tolerance largest projected gradient that is left, above 0; 0.1 gives nearly the same answers much sooner
 * @see C.-J. Hsieh et al., "A dual coordinate descent method for large-scale linear SVM", ICML 2008, algorithm 1
 */
export function fitLinearClassifier(
  tfidf: Tfidf,
  texts: readonly string[],
  targets: readonly string[],
  seed: number,
  tolerance = strictTolerance,
): LinearClassifier {
  const rows = texts.map(text => tfidf.vector(text));
  const labels = [...new Set(targets)].sort();
  const weights = labels.map(label =>
    fitBinary(
      rows,
      targets.map(target => (target === label ? 1 : -1)),
      tfidf.features,
      seed,
      tolerance,
    ),
  );
  const scores = (text: string) => {
    const vector = tfidf.vector(text);
    return weights.map(weight => product(weight, vector));
  };
  return {
    labels,
    scores,
    answer(text) {
      const found = scores(text);
      return labels[found.indexOf(Math.max(...found))] ?? '';
    },
  };
}

function product(weight: Float64Array, { indices, values }: SparseVector): number {
  let sum = weight[weight.length - 1]!;
  for (let at = 0; at < indices.length; at++) sum += weight[indices[at]!]! * values[at]!;
  return sum;
}

function fitBinary(
  rows: readonly SparseVector[],
  signs: readonly number[],
  features: number,
  seed: number,
  tolerance: number,
): Float64Array {
  const weight = new Float64Array(features + 1);
  const dual = new Float64Array(rows.length);
  const regularisation = 1 / (2 * cost);
  const diagonal = rows.map(
    ({ values }) => regularisation + 1 + values.reduce((sum, value) => sum + value * value, 0),
  );
  const order = rows.map((_, row) => row);
  const random = createRandom(seed);
  for (let pass = 0; pass < maximumPasses; pass++) {
    let largest = 0;
    for (let at = order.length - 1; at >= 0; at--) {
      const swap = random.below(at + 1);
      const row = order[swap]!;
      order[swap] = order[at]!;
      order[at] = row;
      const vector = rows[row]!;
      const sign = signs[row]!;
      const gradient = sign * product(weight, vector) - 1 + regularisation * dual[row]!;
      const projected = dual[row] === 0 ? Math.min(gradient, 0) : gradient;
      if (projected === 0) continue;
      largest = Math.max(largest, Math.abs(projected));
      const next = Math.max(0, dual[row]! - gradient / diagonal[row]!);
      const step = (next - dual[row]!) * sign;
      dual[row] = next;
      for (let k = 0; k < vector.indices.length; k++) weight[vector.indices[k]!]! += step * vector.values[k]!;
      weight[features]! += step;
    }
    if (largest < tolerance) break;
  }
  return weight;
}
