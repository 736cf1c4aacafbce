import type { GateResult } from '../../core/evaluation.ts';
import type { Example } from '../../core/example.ts';
import type { Answer, Metric } from '../../core/metric.ts';
import type { QuantizationType } from '../../core/quantizer.ts';
import type { Task } from '../../core/task.ts';
import { groupsOf, metricsFor } from '../../metrics/index.ts';
import { nonInferiority } from '../../stats/gates/non-inferiority.ts';

/**
 * The metric that quantisations are compared by. For labels it is the probability of the right one: it moves with
 * every row, so far fewer rows decide than by right and wrong.
 */
export function comparisonMetric(task: Task): Metric {
  const metrics = metricsFor(task);
  return metrics.find(metric => metric.name === 'label-probability') ?? metrics[0];
}

/** Whether a quantisation is no worse than F16 on the same rows; null where no row is scored by both. */
export function compareToReference(input: {
  readonly type: QuantizationType;
  readonly metric: Metric;
  readonly examples: readonly Example[];
  /** In the order of the examples. */
  readonly answers: readonly Answer[];
  readonly reference: readonly Answer[];
  readonly margin: number;
  readonly seed: number;
}): GateResult | null {
  const { type, metric, examples, margin, seed } = input;
  const kept: Example[] = [];
  const differences: number[] = [];
  for (const [row, example] of examples.entries()) {
    const ours = metric.score(example, input.answers[row]!);
    const theirs = metric.score(example, input.reference[row]!);
    if (ours === null || theirs === null) continue;
    kept.push(example);
    differences.push(ours - theirs);
  }
  if (differences.length === 0) return null;
  const answer = nonInferiority({ differences, groups: groupsOf(kept), margin, binary: metric.binary, seed });
  return {
    name: `quantization-${type}`,
    rule: `${metric.name} of ${type} at most ${margin} below F16`,
    outcome: answer.outcome,
    metric: metric.name,
    system: type,
    reference: 'F16',
    margin,
    threshold: null,
    estimate: answer.estimate,
    rowsNeeded: answer.rowsNeeded,
    explanation: answer.explanation,
  };
}
