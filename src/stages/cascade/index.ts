export {
  type CascadeCalibration,
  type CascadeGoal,
  calibrationSchema,
  type EscalationHelp,
  readCalibration,
} from './calibration.ts';
export { fitCalibration } from './fit/fit-calibration.ts';
export { type LargeAnswer, scoreRows } from './fit/score-rows.ts';
export { readLargeAnswers } from './large-answers.ts';
export { createCascadePolicy } from './policy.ts';
export { type CascadeConfig, type CascadeRule, cascadeConfigSchema } from './schema.ts';
export { type ScoreDetails, scoreDetails } from './score.ts';
export { createSignalReader, type LocalAnswer, type SignalReader } from './signal-reader.ts';
export { type Simulation, simulateCascade } from './simulation/simulate.ts';
export {
  type CascadeParameters,
  type CascadeResult,
  type CascadeStageDependencies,
  correctRule,
  createCascadeStage,
} from './stage.ts';
