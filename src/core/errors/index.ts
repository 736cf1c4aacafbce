export { AccessError } from './access-error.ts';
export { ConfigError } from './config-error.ts';
export { DataError } from './data-error.ts';
export { GateError } from './gate-error.ts';
export { InterruptedError } from './interrupted-error.ts';
export { PrerequisiteError } from './prerequisite-error.ts';
export { type ExitCategory, exitCodes, StepdownError } from './stepdown-error.ts';
export { systemFailure } from './system-failure.ts';
export { UpstreamError } from './upstream-error.ts';
