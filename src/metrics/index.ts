export { confusionMatrix, perLabelScores } from './classify/classification-report.ts';
export { estimateMetric, groupsOf, type IntervalOptions, scoreRows } from './estimate-metric.ts';
export { metricsFor, primaryMetric } from './metrics-for.ts';
export type { TaskMetric } from './task-metric.ts';
