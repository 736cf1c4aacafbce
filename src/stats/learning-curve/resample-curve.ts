import type { Clusters } from '../clusters/clusters.ts';
import { createRandom } from '../random/random.ts';

/** One model's answers to the rows that it was not trained on. */
export interface CurveCell {
  /** Held-out rows, by index in the dataset. */
  readonly heldOut: ArrayLike<number>;
  /** Score over held-out rows by position in `heldOut`; positions may repeat, and there is at least one. */
  readonly statistic: (positions: ArrayLike<number>) => number;
}

/** Models trained on equally many rows, one for each way of holding rows out. */
export interface MeasuredSize {
  /** Rows trained on. */
  readonly rows: number;
  readonly cells: readonly CurveCell[];
}

/** Scores by size. */
export interface CurveScores {
  /** One a size. */
  readonly observed: readonly number[];
  /** One a draw and size. */
  readonly drawn: readonly (readonly number[])[];
}

/**
 * Score at each size, and what it would have been with other rows: groups of rows are drawn with replacement, the
 * same for every size, so that what a hard or easy draw does to the whole curve stays together.
 *
 * @param clusters over all rows of the dataset
 * @see B. Efron, R. Tibshirani, "An introduction to the bootstrap", 1993, section 8
 */
export function resampleCurve(
  sizes: readonly MeasuredSize[],
  clusters: Clusters,
  options: { readonly draws: number; readonly seed: number },
): CurveScores {
  const random = createRandom(options.seed);
  const once = new Uint16Array(clusters.rowCount).fill(1);
  const drawn = Array.from({ length: options.draws }, () => {
    const times = new Uint16Array(clusters.rowCount);
    for (let draw = 0; draw < clusters.count; draw++) {
      const cluster = random.below(clusters.count);
      const end = clusters.offsets[cluster + 1]!;
      for (let at = clusters.offsets[cluster]!; at < end; at++) times[clusters.rows[at]!]!++;
    }
    return sizes.map(size => scoreOf(size, times));
  });
  return { observed: sizes.map(size => scoreOf(size, once)), drawn };
}

/** Mean over the cells, each weighted by the rows it scored. */
function scoreOf({ cells }: MeasuredSize, times: Uint16Array): number {
  let [sum, weight] = [0, 0];
  for (const { heldOut, statistic } of cells) {
    const positions: number[] = [];
    for (let position = 0; position < heldOut.length; position++)
      for (let time = times[heldOut[position]!]!; time > 0; time--) positions.push(position);
    if (positions.length === 0) continue;
    sum += positions.length * statistic(positions);
    weight += positions.length;
  }
  return weight === 0 ? 0 : sum / weight;
}
