export type { CircuitState } from './circuit-breaker.ts';
export { UpstreamGroup } from './upstream-group.ts';
export { upstreamModel } from './upstream-model.ts';
export { UpstreamServer } from './upstream-server.ts';
