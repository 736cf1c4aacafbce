export type { KnownNames } from './bounded-names.ts';
export { MetricsExchange } from './cluster/cluster-metrics.ts';
export { primaryPeer, workerPeer } from './cluster/cluster-peers.ts';
export { fileDescriptorSink, LogLines } from './log-lines.ts';
export { createTelemetry } from './telemetry.ts';
export { startTracing } from './tracing/tracing.ts';
