import type { Estimate } from '../core/estimate.ts';
import type { Example } from '../core/example.ts';
import type { Answer } from '../core/metric.ts';
import { clusterBootstrap, clusterBootstrapMean } from '../stats/bootstrap/cluster-bootstrap.ts';
import { clusteredProportion } from '../stats/clusters/clustered-proportion.ts';
import type { TaskMetric } from './task-metric.ts';

/** How intervals are made; the same for all figures of one evaluation. */
export interface IntervalOptions {
  /** Coverage, strictly between 0 and 1. */
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
}

/** A metric over rows; `estimate` is null where no answer could be scored. */
export interface MetricEstimate {
  readonly estimate: Estimate | null;
  /** Rows that could not be scored: counted, never averaged. */
  readonly unscored: number;
}

/** Group of every row; null where no row shares one. */
export function groupsOf(examples: readonly Example[]): readonly (string | null)[] | null {
  return examples.some(example => example.group !== null) ? examples.map(example => example.group) : null;
}

/**
 * Scores of the rows; null where a row could not be scored, and everywhere where no answer could: failed rows score 0
 * by rule, and alone they would make up a metric that the system does not have.
 *
 * @param answers in the order of the examples
 */
export function scoreRows(
  metric: TaskMetric,
  examples: readonly Example[],
  answers: readonly Answer[],
): (number | null)[] {
  const scores = examples.map((example, row) => metric.score(example, answers[row]!));
  const has = scores.some((score, row) => score !== null && answers[row]!.error === null);
  return has || !scores.includes(null) ? scores : scores.map(() => null);
}

/**
 * Value of a metric with its interval: Wilson for right-or-wrong scores, the bootstrap over groups otherwise.
 *
 * @param answers in the order of the examples
 */
export function estimateMetric(
  metric: TaskMetric,
  examples: readonly Example[],
  answers: readonly Answer[],
  options: IntervalOptions,
): MetricEstimate {
  const scores = scoreRows(metric, examples, answers);
  const scored = scores.flatMap((score, row) => (score === null ? [] : [row]));
  const unscored = scores.length - scored.length;
  if (scored.length === 0) return { estimate: null, unscored };

  const kept = scored.map(row => examples[row]!);
  const groups = groupsOf(kept);
  const bootstrap = { ...options, groups };
  if (metric.corpus) {
    const statistic = metric.corpus(
      kept,
      scored.map(row => answers[row]!),
    );
    return { estimate: clusterBootstrap(statistic, scored.length, bootstrap), unscored };
  }
  const values = scored.map(row => scores[row]!);
  const estimate = metric.binary
    ? clusteredProportion(values, groups, options.confidence)
    : clusterBootstrapMean(values, bootstrap);
  return { estimate, unscored };
}
