import { relative, sep } from 'node:path';
import type { DatasetManifest } from '../../core/dataset.ts';
import type { Stage } from '../../core/stage.ts';
import { hashPath } from '../../files/hash-file.ts';
import { checkData } from './check.ts';
import { importDataset } from './import-dataset.ts';
import type { DataParameters } from './schema.ts';

/**
 * The first stage: rows in, frozen dataset out. Its one output, of kind `dataset`, is the dataset's folder.
 * The parameters name files, not their content: whoever skips unchanged stages hashes the files too.
 */
export function createDataStage(): Stage<DataParameters, DatasetManifest> {
  return {
    name: 'data',
    version: 2,
    check: checkData,
    async run(context) {
      const { manifest, datasetDir } = await importDataset(context);
      const path = relative(context.workspaceDir, datasetDir).split(sep).join('/');
      return { result: manifest, outputs: [{ kind: 'dataset', path, ...(await hashPath(datasetDir)) }] };
    },
  };
}
