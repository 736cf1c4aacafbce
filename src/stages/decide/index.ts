export type { OptionEconomics, TornadoBar } from './cost/economics.ts';
export { type DataEvidence, fewestInputs, nearFrom } from './measured/data-evidence.ts';
export type { Statement, Verdict } from './rules/rule.ts';
export { type Answers, answersSchema } from './schema.ts';
export { type Evidence, noEvidence } from './situation/evidence.ts';
export { pricesOver } from './situation/price-table.ts';
export { resolveSituation } from './situation/resolve.ts';
export { type LoggedRequest, TrafficTally } from './traffic/traffic-tally.ts';
export { type Decision, decide } from './verdict/decide.ts';
