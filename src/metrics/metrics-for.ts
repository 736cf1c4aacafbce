import type { Task } from '../core/task.ts';
import { accuracy } from './classify/accuracy.ts';
import { labelProbability } from './classify/label-probability.ts';
import { macroF1 } from './classify/macro-f1.ts';
import { exactRecord } from './extract/exact-record.ts';
import { fieldF1, fieldPrecision, fieldRecall } from './extract/field-scores.ts';
import { schemaValidity } from './extract/schema-validity.ts';
import { chrF } from './generate/chrf.ts';
import { exactMatch } from './generate/exact-match.ts';
import { rougeL } from './generate/rouge-l.ts';
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
