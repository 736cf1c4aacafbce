import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { configFileName } from '../../config/load.ts';
import type { Artifact } from '../../core/artifact.ts';
import type { Example } from '../../core/example.ts';
import type { LearningCurves } from '../../core/learning-curve.ts';
import type { Task, TaskKind } from '../../core/task.ts';
import { TargetKind } from '../../core/task-kind.ts';
import { hashPath } from '../../files/hash-file.ts';
import {
  type DataConfig,
  dataConfigSchema,
  labelledRows,
  openLabelledFile,
  readLooseRows,
  taskConfigSchema,
} from '../../stages/data/index.ts';
import { readDatasetManifest, readSplit } from '../../store/dataset-splits.ts';
import { runPipeline } from '../pipeline.ts';
import { absolute } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';

/** Rows a curve is measured on, and where they come from. */
export interface CurveRows {
  readonly task: Task;
  readonly source: LearningCurves['source'];
  readonly inputs: readonly Artifact[];
  readonly read: () => Promise<readonly Example[]>;
}

/** Whether the folder is a workspace: it has a stepdown.yaml. */
export function isWorkspace(workspace: Workspace): boolean {
  return existsSync(join(workspace.dir, configFileName));
}

/** The development splits of the frozen dataset; it is frozen first, if it is not yet. The test split stays sealed. */
export async function rowsOfDataset(workspace: Workspace): Promise<CurveRows> {
  const { stages } = await runPipeline(workspace, { until: 'data' });
  const [folder] = stages[0]?.outputs ?? [];
  if (folder === undefined) throw new Error('the data stage left no dataset');
  const dir = absolute(workspace.dir, folder.path);
  const { hash, task } = await readDatasetManifest(dir);
  return {
    task,
    source: { file: null, datasetHash: hash },
    inputs: [{ ...folder, sha256: hash }],
    read: async () => [
      ...(await readSplit(dir, 'train')),
      ...(await readSplit(dir, 'validation')),
      ...(await readSplit(dir, 'calibration')),
    ],
  };
}

/**
 * All rows of a file. In a workspace its columns and its task are those of stepdown.yaml; elsewhere the defaults, and
 * the task that the targets look like.
 *
 * @param file absolute path
 */
export async function rowsOfFile(
  workspace: Workspace,
  file: string,
  kind: TaskKind | undefined,
): Promise<CurveRows> {
  const config = isWorkspace(workspace) ? await workspace.config() : null;
  const data = config?.data ?? dataConfigSchema.parse({ sources: [{ file }] });
  const options = { data, workspaceDir: workspace.dir, ...watch(workspace) };
  const read = (taskKind: TaskKind) =>
    readLooseRows(file, {
      ...options,
      task:
        config !== null && config.task.kind === taskKind
          ? config.task
          : taskConfigSchema.parse(
              taskKind === 'extract' ? { kind: taskKind, schema: {} } : { kind: taskKind },
            ),
    });
  const guessed = kind ?? config?.task.kind ?? (await kindOfFile(workspace, file, data));
  const { task, examples } = await read(guessed);
  return {
    task,
    source: { file: basename(file), datasetHash: null },
    inputs: [{ kind: 'rows', path: basename(file), ...(await hashPath(file)) }],
    read: async () => examples,
  };
}

/** The kind of task that the targets of a file look like. */
async function kindOfFile(workspace: Workspace, file: string, data: DataConfig): Promise<TaskKind> {
  const { fields, maxRowBytes, duplicates } = data;
  const reading = { workspaceDir: workspace.dir, fields, format: null, maxRowBytes };
  const seen = new TargetKind();
  for await (const row of labelledRows(await openLabelledFile(file, reading), {
    fields,
    maxRowBytes,
    ignoreCase: duplicates.ignoreCase,
    signal: workspace.options.signal,
  }))
    if ('target' in row) seen.add(row.target);
  return seen.kind;
}

function watch({ options: { progress, signal } }: Workspace) {
  return { progress, signal };
}
