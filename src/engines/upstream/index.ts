export { UpstreamGroup } from './upstream-group.ts';
export { UpstreamServer } from './upstream-server.ts';
