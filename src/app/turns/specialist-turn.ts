import type { Config } from '../../config/schema.ts';
import type { SpecialistManifest } from '../../core/specialist.ts';
import { approvalFinding } from '../../core/test-approval.ts';
import { stepdownVersion } from '../../core/version.ts';
import { publicName } from '../../models/public-name.ts';
import { templateOf } from '../../models/resolve-model.ts';
import { promptOf } from '../../stages/data/index.ts';
import {
  createSpecialistStage,
  type SpecialistParameters,
  type SpecialistResult,
} from '../../stages/specialist/index.ts';
import { testSetState } from '../review/test-approval.ts';
import { artifactOf } from '../runs/artifact-of.ts';
import { absolute, type StageTurn, type TurnOutcome } from '../runs/run-stage.ts';
import { servedContextTokens } from '../serving.ts';
import type { Workspace } from '../workspace.ts';
import type { EvaluateOutcome } from './evaluate-turn.ts';
import type { QuantizeOutcome } from './quantize-turn.ts';
import {
  type BaseOutcome,
  baseInput,
  type DataOutcome,
  datasetInput,
  type TrainOutcome,
} from './train-turn.ts';

export type SpecialistOutcome = TurnOutcome<SpecialistResult>;

export interface Measured {
  readonly data: DataOutcome;
  readonly base: BaseOutcome;
  readonly train: TrainOutcome;
  readonly quantize: QuantizeOutcome;
  readonly evaluate: EvaluateOutcome;
}

/** Packaging of what was trained and measured. */
export async function specialistTurn(
  workspace: Workspace,
  config: Config,
  { data, base, train, quantize, evaluate }: Measured,
): Promise<StageTurn<SpecialistParameters, SpecialistResult>> {
  const { model } = base.result;
  const { task, licence } = data.result;
  const { picked, files, adapter } = quantize.result;
  const template = await templateOf(model);
  const [weights] = train.outputs;
  const served = files.find(file => file.type === picked)?.file;
  if (!weights || !served) throw new Error('the earlier stages left no weights');
  const testSet = await testSetState(workspace, data.result);
  const contextTokens = servedContextTokens(model.contextTokens);

  const facts: SpecialistParameters['facts'] = {
    name: config.name,
    task,
    prompt: promptOf(config.task, task),
    base: {
      id: model.id,
      reference: model.reference,
      sha256: model.sha256,
      licence: model.licence,
      parameters: model.parameters,
    },
    template: {
      source: template.source,
      hash: template.hash,
      endOfTurn: template.endOfTurn,
      stop: [...template.stop],
    },
    labelTokens: task.kind === 'classify' ? train.result.labelTokens : null,
    contextTokens,
    quantization: picked,
    lineage: {
      datasetHash: data.result.hash,
      runIds: [data, base, train, quantize, evaluate].map(({ record }) => record.id),
      hyperparameters: train.record.parameters,
      stepdownVersion,
    },
    licences: licences(model, licence),
  };
  return {
    stage: createSpecialistStage(),
    parameters: {
      facts,
      baseName: publicName(model),
      evaluation: evaluate.result.evaluation,
      notices: [approvalFinding(testSet.approval)],
      modelFile: absolute(workspace.dir, served.path),
      adapterGgufFile: adapter && absolute(workspace.dir, adapter.path),
      adapterPeftDir: config.train.method === 'full' ? null : absolute(workspace.dir, weights.path),
    },
    recorded: { ...facts },
    inputs: [
      datasetInput(data),
      baseInput(base),
      weights,
      ...quantize.outputs,
      artifactOf(evaluate.outputs, 'evaluation'),
      ...testSet.inputs,
    ],
  };
}

function licences(
  model: { id: string; licence: string },
  data: string | null,
): SpecialistManifest['licences'] {
  return [
    { what: `base model ${model.id}`, licence: model.licence, note: null },
    {
      what: 'training data',
      licence: data ?? 'not stated',
      note: data ? null : 'Set data.licence in stepdown.yaml.',
    },
  ];
}
