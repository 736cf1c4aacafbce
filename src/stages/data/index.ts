export type { FrozenDataset } from './freeze.ts';
export { importDataset } from './import-dataset.ts';
export { guessKind, readLooseRows } from './read-loose-rows.ts';
export {
  type DataConfig,
  type DataParameters,
  dataConfigSchema,
  dataResultSchema,
  type TaskConfig,
  taskConfigSchema,
} from './schema.ts';
export { createDataStage } from './stage.ts';
export { promptOf } from './task.ts';
