export { createCanaryAnswerer } from './canary-answerer.ts';
export { Rollout } from './rollout.ts';
export { claimWriter, rolloutFiles } from './rollout-files.ts';
export { defaultRolloutRule } from './rollout-rule.ts';
