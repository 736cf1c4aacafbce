export type { KnownNames } from './bounded-names.ts';
export { MetricsExchange, type MetricsPeer } from './cluster-metrics.ts';
export { primaryPeer, workerPeer } from './cluster-peers.ts';
export { type HealthAnswer, type HealthCheck, liveness, readiness } from './health.ts';
export { fileDescriptorSink, type LogLevel, LogLines, logLevels } from './log-lines.ts';
export { expositionContentType } from './metrics/exposition.ts';
export { createTelemetry, type TelemetryOptions } from './telemetry.ts';
export { startTracing, type Tracing, type TracingOptions } from './tracing.ts';
