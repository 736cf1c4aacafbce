export type { KnownNames } from './bounded-names.ts';
export { MetricsExchange } from './cluster-metrics.ts';
export { primaryPeer, workerPeer } from './cluster-peers.ts';
export { fileDescriptorSink, LogLines } from './log-lines.ts';
export { createTelemetry } from './telemetry.ts';
export { startTracing } from './tracing.ts';
