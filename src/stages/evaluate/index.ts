export { type BenchmarkInput, type BenchmarkTable, benchmark } from './benchmark.ts';
export type { EvaluateDependencies, EvaluateParameters, ServedFile, SystemId } from './dependencies.ts';
export {
  type EvaluateConfig,
  type EvaluateResult,
  evaluateConfigSchema,
  evaluateResultSchema,
} from './schema.ts';
export { createEvaluateStage } from './stage.ts';
