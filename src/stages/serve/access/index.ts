export { type AdminReply, type AdminRequest, answerAdmin } from './admin-api.ts';
export { GatewayAccess } from './gateway-access.ts';
export { type CreatedKey, KeyRegistry, type KeyRequest, type KeyView } from './key-registry.ts';
export { type Ledger, parseLedger } from './ledger.ts';
export { spendingBound } from './spending-bound.ts';
