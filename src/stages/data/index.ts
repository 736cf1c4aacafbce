export type { FrozenDataset } from './freeze.ts';
export { importDataset } from './import-dataset.ts';
export { labelledRows } from './loose/labelled-rows.ts';
export { openLabelledFile } from './loose/open-loose-file.ts';
export { readLooseRows } from './loose/read-loose-rows.ts';
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
