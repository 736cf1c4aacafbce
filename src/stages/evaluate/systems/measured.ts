import type { SystemResult } from '../../../core/evaluation.ts';
import type { Example } from '../../../core/example.ts';
import type { Answer } from '../../../core/metric.ts';
import type { Task } from '../../../core/task.ts';
import {
  confusionMatrix,
  estimateMetric,
  type IntervalOptions,
  metricsFor,
  perLabelScores,
} from '../../../metrics/index.ts';
import { latencySummary } from '../../../stats/quantile.ts';

/** Answers of one system to the rows they belong to. */
export interface Measured {
  readonly id: string;
  readonly role: SystemResult['role'];
  readonly title: string;
  readonly examples: readonly Example[];
  readonly answers: readonly Answer[];
  readonly answersFile: string;
  readonly sizeBytes: number | null;
  readonly memoryBytes: number | null;
}

/** Everything about one system on its own. */
export function systemResult(task: Task, measured: Measured, options: IntervalOptions): SystemResult {
  const { id, role, title, examples, answers, answersFile, sizeBytes, memoryBytes } = measured;
  const metrics: SystemResult['metrics'] = {};
  const unscored: SystemResult['unscored'] = {};
  for (const metric of metricsFor(task)) {
    const found = estimateMetric(metric, examples, answers, options);
    if (found.estimate) metrics[metric.name] = found.estimate;
    if (found.unscored > 0) unscored[metric.name] = found.unscored;
  }
  const confusion = task.kind === 'classify' ? confusionMatrix(task.labels, examples, answers) : null;
  const good = answers.filter(answer => answer.error === null);
  const costs = good.map(answer => answer.costUsd);
  const cost = costs.length > 0 && costs.every(value => value !== null);
  return {
    id,
    role,
    title,
    metrics,
    unscored,
    failures: answers.length - good.length,
    perLabel: confusion && perLabelScores(confusion, options.confidence),
    confusion,
    latencyMs: latencySummary(good.map(answer => answer.latencyMs)),
    tokensPerSecond: tokensPerSecond(good),
    costUsdPer1000: cost
      ? (1000 * costs.reduce<number>((sum, value) => sum + (value ?? 0), 0)) / costs.length
      : null,
    sizeBytes,
    memoryBytes,
    answersFile,
  };
}

/** Tokens read and written per second of busy time; null where there are none. */
export function tokensPerSecond(answers: readonly Answer[]): number | null {
  const tokens = answers.reduce((sum, answer) => sum + answer.promptTokens + answer.completionTokens, 0);
  const seconds = answers.reduce((sum, answer) => sum + answer.latencyMs, 0) / 1000;
  return tokens > 0 && seconds > 0 ? tokens / seconds : null;
}
