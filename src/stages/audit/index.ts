export { type AuditRequest, auditData } from './audit-data.ts';
export type { AuditRow, AuditSource, UnusableRow } from './audit-rows.ts';
