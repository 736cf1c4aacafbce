export { type AuditRequest, auditData } from './audit-data.ts';
export type { AuditRow, AuditSource, UnusableRow } from './audit-rows.ts';
export type { TokenCounter } from './content/length.ts';
export { isSkilled } from './labels/label-noise.ts';
export type { TrainedJudge } from './labels/trained-judge.ts';
