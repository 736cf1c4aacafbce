export { AliasTable, type Lease } from './alias-table.ts';
export type { AliasCost, GatewayOptions, GatewayTimes } from './gateway-options.ts';
export { GatewayServer } from './gateway-server.ts';
export { isLoopback } from './loopback.ts';
