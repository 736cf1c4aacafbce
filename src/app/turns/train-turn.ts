import type { Config } from '../../config/schema.ts';
import type { Artifact } from '../../core/artifact.ts';
import type { DatasetManifest } from '../../core/dataset.ts';
import type { TrainResult } from '../../core/trainer.ts';
import { publicName } from '../../models/public-name.ts';
import { templateOf } from '../../models/resolve-model.ts';
import type { BaseResult } from '../../stages/base/index.ts';
import { promptOf } from '../../stages/data/index.ts';
import { createTrainStage, type TrainParameters } from '../../stages/train/index.ts';
import { readSplit } from '../../store/dataset-splits.ts';
import { absolute, type StageTurn, type TurnOutcome } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';

export type DataOutcome = TurnOutcome<DatasetManifest>;
export type BaseOutcome = TurnOutcome<BaseResult>;
export type TrainOutcome = TurnOutcome<TrainResult>;

/** The dataset as an input: by its own hash, which does not depend on where it lies. */
export function datasetInput({ result, outputs }: DataOutcome): Artifact {
  const [folder] = outputs;
  if (!folder) throw new Error('the data stage left no dataset');
  return { ...folder, sha256: result.hash };
}

/** Absolute path of the frozen dataset. */
export function datasetDir(workspace: Workspace, data: DataOutcome): string {
  return absolute(workspace.dir, datasetInput(data).path);
}

/** The base model as an input. */
export function baseInput({ result: { model } }: BaseOutcome): Artifact {
  return { kind: 'base', path: model.path, sha256: model.sha256, sizeBytes: model.sizeBytes };
}

/** Fine-tuning. It reads the train and validation splits and cannot name the test split. */
export async function trainTurn(
  workspace: Workspace,
  config: Config,
  data: DataOutcome,
  base: BaseOutcome,
): Promise<StageTurn<TrainParameters, TrainResult>> {
  const { model, hfDir } = base.result;
  const template = await templateOf(model);
  const dataset = datasetDir(workspace, data);
  const parameters: TrainParameters = {
    train: config.train,
    effort: config.effort,
    task: data.result.task,
    prompt: promptOf(config.task, data.result.task),
    baseDir: hfDir,
    baseName: publicName(model),
    baseParameters: model.parameters,
    contextTokens: model.contextTokens,
    threads: config.runtime.threads,
  };
  // The instruction is for untuned models: it changes nothing here.
  const { baseDir: _baseDir, baseName: _baseName, threads: _threads, prompt, ...recorded } = parameters;
  return {
    stage: createTrainStage({
      trainer: (await workspace.tools()).trainer,
      readSplit: name => readSplit(dataset, name),
      template,
    }),
    parameters,
    recorded: { ...recorded, system: prompt.system, template: template.hash },
    inputs: [datasetInput(data), baseInput(base)],
    seeds: { train: config.train.seed },
  };
}
