export { type CaptureContent, keptContent } from './content-keeper.ts';
export { guardedCaptureLog } from './guarded-log.ts';
export { type ImportedExchange, type ReadExchange, readExchange } from './import/exchange.ts';
export type { LogRecord } from './import/fields.ts';
export { importFormats, type LogFormat, logFormat } from './import/log-format.ts';
export { createRedactor, type Redactor, withoutNumbers } from './redaction/redactor.ts';
export { requestMessages } from './request-messages.ts';
export { type Settled, TargetVotes } from './training/settle-targets.ts';
export { type TrainingReason, trainingReasons, trainingTarget } from './training/training-row.ts';
