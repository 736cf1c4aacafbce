export { type DerivedValue, deriveHyperparameters, type TrainingFacts } from './effort.ts';
export { type Effort, efforts, type TrainConfig, trainConfigSchema } from './schema.ts';
export { createTrainStage, type TrainParameters, type TrainStageDependencies } from './stage.ts';
