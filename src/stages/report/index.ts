export { reportPage } from './page.ts';
export { type ReportCase, type ReportData, type ReportResult, reportResultSchema } from './schema.ts';
export { createReportStage, reportFile } from './stage.ts';
