export { confusionMatrix, perLabelScores } from './classification-report.ts';
export { estimateMetric, groupsOf, type IntervalOptions, type MetricEstimate } from './estimate-metric.ts';
export { labelIndex } from './label.ts';
export { metricsFor, primaryMetric } from './metrics-for.ts';
export { compileSchema } from './schema-validity.ts';
export type { RowsStatistic, TaskMetric } from './task-metric.ts';
