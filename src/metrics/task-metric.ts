import type { Example } from '../core/example.ts';
import type { Answer, Metric } from '../core/metric.ts';

/** Value of a metric over rows by index, which may repeat; 0..1, finite for one row or more. */
export type RowsStatistic = (rows: ArrayLike<number>) => number;

/**
 * A metric of a task kind. Where the value over several rows is the mean of `score`, `corpus` is null; otherwise
 * `corpus` gives the value, and `score` only tells which rows were won or lost.
 */
export interface TaskMetric extends Metric {
  /** Prepares the rows once, so that resampling them is cheap. */
  readonly corpus: ((examples: readonly Example[], answers: readonly Answer[]) => RowsStatistic) | null;
}
