import { resolve } from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Artifact } from '../../core/artifact.ts';
import type { DatasetManifest } from '../../core/dataset.ts';
import { hashPath } from '../../files/hash-file.ts';
import { isFile } from '../../files/path-kind.ts';
import { createDataStage, type DataParameters } from '../../stages/data/index.ts';
import { reviewInput } from '../review/decisions.ts';
import type { StageTurn } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';

/** Rows in, frozen dataset out. Its inputs are the files by content. */
export async function dataTurn(
  workspace: Workspace,
  config: Config,
): Promise<StageTurn<DataParameters, DatasetManifest>> {
  const { data, task } = config;
  const files = data.sources.map(source => source.file);
  if (task.kind === 'extract' && typeof task.schema === 'string') files.push(task.schema);
  const inputs: Artifact[] = [];
  for (const file of files) {
    const path = resolve(workspace.dir, file);
    // What is missing, unreadable or no file is the stage's to report, together with all other problems.
    const content = (await isFile(path)) ? await hashPath(path).catch(() => null) : null;
    if (content) inputs.push({ kind: 'rows', path: file, ...content });
  }
  const review = await reviewInput(workspace);
  return {
    stage: createDataStage(),
    parameters: { data, task, review: review.decisions },
    recorded: { data, task },
    inputs: [...inputs, ...review.inputs],
    seeds: { split: data.split.seed },
  };
}
