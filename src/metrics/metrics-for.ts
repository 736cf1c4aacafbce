import type { Task } from '../core/task.ts';
import { accuracy } from './accuracy.ts';
import { chrF } from './chrf.ts';
import { exactMatch } from './exact-match.ts';
import { exactRecord } from './exact-record.ts';
import { fieldF1, fieldPrecision, fieldRecall } from './field-scores.ts';
import { labelProbability } from './label-probability.ts';
import { macroF1 } from './macro-f1.ts';
import { rougeL } from './rouge-l.ts';
import { schemaValidity } from './schema-validity.ts';
import type { TaskMetric } from './task-metric.ts';

/**
 * The metrics of a task; the first is the primary one, which decides.
 * @throws ConfigError `schema-too-large` | `schema-invalid`
 */
export function metricsFor(task: Task): readonly [TaskMetric, ...TaskMetric[]] {
  switch (task.kind) {
    case 'classify':
      return [accuracy, macroF1(task.labels), labelProbability(task.labels)];
    case 'extract':
      return [fieldF1, exactRecord(task.schema), schemaValidity(task.schema), fieldPrecision, fieldRecall];
    case 'generate':
      return [chrF, rougeL, exactMatch];
  }
}

/** The metric that decides. */
export const primaryMetric = (task: Task): TaskMetric => metricsFor(task)[0];
