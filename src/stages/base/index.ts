export { type BaseParameters, type BaseResult, baseParametersSchema, baseResultSchema } from './schema.ts';
export { type BaseStageDependencies, createBaseStage } from './stage.ts';
