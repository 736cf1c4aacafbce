import type { GateResult, QuantizationResult } from '../../core/evaluation.ts';
import type { QuantizationType } from '../../core/quantizer.ts';
import type { Task } from '../../core/task.ts';
import { estimateMetric, type IntervalOptions, primaryMetric } from '../../metrics/index.ts';
import { compareSystems } from './systems/compare-systems.ts';
import { type Measured, tokensPerSecond } from './systems/measured.ts';

/** One quantisation, or the adapter on its base, with what the choice rested on. */
export interface MeasuredQuantization extends Measured {
  readonly type: QuantizationType | null;
  readonly gate: GateResult | null;
}

/**
 * Each way of serving against F16 on the test rows that both answered: flips and difference are of those, the score of
 * all rows that were asked. Ways without a scored row are left out.
 */
export function quantizationTable(
  task: Task,
  reference: Measured,
  measured: readonly MeasuredQuantization[],
  picked: QuantizationType | null,
  options: IntervalOptions,
): QuantizationResult[] {
  const metric = primaryMetric(task);
  const texts = new Map(reference.answers.map(answer => [answer.exampleId, answer.text.trim()]));
  return measured.flatMap(system => {
    const score = estimateMetric(metric, system.examples, system.answers, options).estimate;
    const delta = compareSystems(metric, system, reference, options)?.difference;
    if (!score || !delta) return [];
    return {
      id: system.id,
      type: system.type,
      sizeBytes: system.sizeBytes ?? 0,
      metric: metric.name,
      score,
      flips: system.answers.filter(({ exampleId, text }) => {
        const expected = texts.get(exampleId);
        return expected !== undefined && expected !== text.trim();
      }).length,
      delta,
      gate: system.gate,
      tokensPerSecond: tokensPerSecond(system.answers) ?? 0,
      memoryBytes: system.memoryBytes,
      picked: system.type !== null && system.type === picked,
    };
  });
}
