import { ConfigError, DataError } from '../../core/errors/index.ts';
import type { SpecialistManifest } from '../../core/specialist.ts';
import { readDatasetManifest } from '../../store/dataset-splits.ts';
import { absolute } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';

/**
 * Folder of the frozen dataset that a specialist was trained on, by its hash: the workspace may have newer ones.
 * @throws ConfigError `specialist-rows-unknown`
 */
export async function trainingDatasetOf(
  workspace: Workspace,
  { name, lineage }: Pick<SpecialistManifest, 'name' | 'lineage'>,
): Promise<string> {
  for (const dir of await datasetDirs(workspace)) if ((await hashOf(dir)) === lineage.datasetHash) return dir;
  throw new ConfigError(
    'specialist-rows-unknown',
    `The rows that the specialist ${name} was trained on are not in this workspace, so it is not known which rows it may judge`,
    'Run the audit in the workspace that trained it (--workspace DIR), or leave out --with specialist.',
    { details: { datasetHash: lineage.datasetHash } },
  );
}

async function datasetDirs(workspace: Workspace): Promise<string[]> {
  if ((await workspace.latestOrNull('data')) === null) return [];
  const records = await (await workspace.runs()).list();
  const paths = records
    .filter(({ stage, status }) => stage === 'data' && status === 'completed')
    .flatMap(({ outputs }) => outputs.slice(0, 1).map(({ path }) => absolute(workspace.dir, path)));
  return [...new Set(paths)];
}

/** Null where there is no dataset any more, or one that was changed. */
async function hashOf(dir: string): Promise<string | null> {
  try {
    return (await readDatasetManifest(dir)).hash;
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
