export { captureVerbs } from './capture-verbs.ts';
export { openGatewayCaptures } from './gateway-captures.ts';
