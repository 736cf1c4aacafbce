export { AliasTable } from './alias-table.ts';
export type { AliasCost } from './gateway-options.ts';
export { GatewayServer } from './gateway-server.ts';
export { isLoopback } from './request/loopback.ts';
