import type { Config } from '../../config/schema.ts';
import type { Artifact } from '../../core/artifact.ts';
import type { Prompt, Task } from '../../core/task.ts';
import { templateOf } from '../../models/resolve-model.ts';
import type { JinjaChatTemplate } from '../../models/templates/chat-template.ts';
import type { BaseResult } from '../../stages/base/index.ts';
import { promptOf } from '../../stages/data/index.ts';
import { absolute } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';
import {
  type BaseOutcome,
  baseInput,
  type DataOutcome,
  datasetDir,
  datasetInput,
  type TrainOutcome,
} from './train-turn.ts';

/** What training left, with all that putting rows to it takes. */
export interface TrainedModel extends BaseResult {
  readonly task: Task;
  readonly prompt: Prompt;
  readonly template: JinjaChatTemplate;
  /** Absolute path of the frozen dataset. */
  readonly dataset: string;
  /** The adapter, or the whole model after full fine-tuning. */
  readonly weights: Artifact;
  /** Absolute path of the weights. */
  readonly weightsDir: string;
  /** Dataset, base and weights, as inputs of a stage. */
  readonly inputs: readonly Artifact[];
}

/** Gathers what quantising and measuring a trained model both need. */
export async function trainedModel(
  workspace: Workspace,
  config: Config,
  data: DataOutcome,
  base: BaseOutcome,
  train: TrainOutcome,
): Promise<TrainedModel> {
  const [weights] = train.outputs;
  if (!weights) throw new Error('training left no weights');
  const { task } = data.result;
  return {
    ...base.result,
    task,
    prompt: promptOf(config.task, task),
    template: await templateOf(base.result.model),
    dataset: datasetDir(workspace, data),
    weights,
    weightsDir: absolute(workspace.dir, weights.path),
    inputs: [datasetInput(data), baseInput(base), weights],
  };
}
