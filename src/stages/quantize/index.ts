export {
  type QuantizeConfig,
  type QuantizeParameters,
  type QuantizeResult,
  quantizeConfigSchema,
  quantizeParametersSchema,
  quantizeResultSchema,
} from './schema.ts';
export { createQuantizeStage, type QuantizeStageDependencies } from './stage.ts';
