export { createCanaryAnswerer } from './canary-answerer.ts';
export { type Decision, type Judgement, judge } from './judge.ts';
export { Rollout, type RolloutOptions, type RolloutStore, type RolloutView } from './rollout.ts';
export { rolloutFiles } from './rollout-files.ts';
export { defaultRolloutRule, type RolloutRule } from './rollout-rule.ts';
export type { Arm, Outcome, Phase, Signal, Tallies } from './rollout-state.ts';
