export {
  type AdminOptions,
  type AdminReply,
  type AdminRequest,
  adminRoutes,
  answerAdmin,
} from './admin-api.ts';
export { GatewayAccess, type GatewayAccessOptions } from './gateway-access.ts';
export { type CreatedKey, KeyRegistry, type KeyRequest, type KeyView } from './key-registry.ts';
export { type Ledger, parseLedger } from './ledger.ts';
export { type BoundInput, spendingBound } from './spending-bound.ts';
