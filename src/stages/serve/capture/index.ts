export { keptContent } from './content-keeper.ts';
export { guardedCaptureLog } from './guarded-log.ts';
export type { ImportedExchange } from './import/exchange.ts';
export { logFormat } from './import/log-format.ts';
export { readExchange } from './import/read-exchange.ts';
export { type LogFormat, type TrainingReason, trainingReasons } from './names.ts';
export { type Settled, TargetVotes } from './training/settle-targets.ts';
export { labelIn, type TrainingTarget, trainingTarget } from './training/training-row.ts';
