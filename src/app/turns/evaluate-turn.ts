import type { Config } from '../../config/schema.ts';
import type { ChatModel } from '../../core/chat-model.ts';
import { ConfigError } from '../../core/errors/index.ts';
import { hashJson } from '../../core/hash.ts';
import { LocalModel } from '../../engines/llama-cpp/local-model.ts';
import { findEntry } from '../../models/catalogue/catalogue.ts';
import {
  createEvaluateStage,
  type EvaluateParameters,
  type EvaluateResult,
  type ServedFile,
  type SystemId,
} from '../../stages/evaluate/index.ts';
import { readSplit } from '../../store/dataset-splits.ts';
import { openTestSplit } from '../../store/test-split.ts';
import { measureMemory } from '../machine/measure-memory.ts';
import { absolute, type StageTurn, type TurnOutcome } from '../runs/run-stage.ts';
import { largeSpec, localSpec } from '../serving.ts';
import { type TrainedWeights, trainedAnswers } from '../trained-answers.ts';
import type { Workspace } from '../workspace.ts';
import type { QuantizeOutcome } from './quantize-turn.ts';
import type { BaseOutcome, DataOutcome, TrainOutcome } from './train-turn.ts';
import { trainedModel } from './trained-model.ts';

export type EvaluateOutcome = TurnOutcome<EvaluateResult>;

/** Measurement on the test split: the one stage that is handed its opener. */
export async function evaluateTurn(
  workspace: Workspace,
  config: Config,
  data: DataOutcome,
  base: BaseOutcome,
  train: TrainOutcome,
  quantize: QuantizeOutcome,
): Promise<StageTurn<EvaluateParameters, EvaluateResult>> {
  const trained = await trainedModel(workspace, config, data, base, train);
  const { model, hfDir, baseGguf, task, prompt, template, dataset, weightsDir } = trained;
  const { files, adapter, picked } = quantize.result;
  const { trainer, engine } = await workspace.tools();
  const large = largeSpec(config, workspace);

  const spec = async (id: SystemId) => {
    const local = (modelPath: string, adapterPath?: string) =>
      localSpec(config, template, model.contextTokens, {
        id: `${config.name}-${id}`,
        modelPath,
        ...(adapterPath === undefined ? {} : { adapterPath }),
      });
    if (id === 'base') return local(baseGguf);
    if (id === 'adapter') return local(baseGguf, absolute(workspace.dir, adapter?.path ?? ''));
    const type = id === 'specialist' ? picked : id;
    const file = files.find(candidate => candidate.type === type);
    if (!file)
      throw new ConfigError('system-unknown', `There is no file for ${id}`, 'Run `stepdown quantize`.');
    return local(absolute(workspace.dir, file.file.path));
  };

  const openSystem = async (id: SystemId): Promise<ChatModel> => {
    if (id === 'large') {
      if (large === null) throw new Error('no large model is configured');
      return engine.open(large);
    }
    const opened = await engine.open(await spec(id));
    if (opened instanceof LocalModel && task.kind === 'classify' && id !== 'base') {
      opened.verifyLabelTokens(task.labels, train.result.labelTokens);
    }
    return opened;
  };

  const weights: TrainedWeights = {
    method: config.train.method,
    weightsDir,
    baseDir: hfDir,
    task,
    prompt,
    endOfTurn: template.endOfTurn,
    threads: config.runtime.threads,
  };
  const recordedLarge = large && { model: large.model, baseUrl: large.baseUrl, price: large.price };
  const inputs = [...trained.inputs, ...quantize.outputs];
  const asked = hashJson([template.hash, recordedLarge, inputs.map(({ kind, sha256 }) => [kind, sha256])]);
  const journalDir = workspace.inside('work', `answers-${asked.slice(0, 12)}`);
  const workDir = workspace.inside('work', `reference-${train.record.inputHash.slice(0, 12)}`);
  const stage = createEvaluateStage({
    template,
    journalDir,
    openTest: () => openTestSplit(dataset),
    readSplit: name => readSplit(dataset, name),
    openSystem,
    memoryOf: async id => {
      const { modelPath, contextTokens, adapters } = await spec(id);
      return adapters.length > 0 ? null : measureMemory(modelPath, contextTokens);
    },
    referenceAnswers: rows => trainedAnswers(trainer, weights, rows, workDir, workspace.options),
    promptTokens: async prompts => {
      const opened = await LocalModel.open(await spec('F16'));
      try {
        return prompts.map(text => opened.tokenize(text));
      } finally {
        await opened.close();
      }
    },
  });

  const served: ServedFile[] = files.map(({ type, file, gate }) => ({
    id: type,
    sizeBytes: file.sizeBytes,
    gate,
  }));
  if (adapter) served.push({ id: 'adapter', sizeBytes: adapter.sizeBytes, gate: null });
  const parameters: EvaluateParameters = {
    config: config.evaluate,
    task,
    prompt,
    datasetHash: data.result.hash,
    baseTitle: findEntry(model.id)?.title ?? model.id,
    largeTitle: large?.id ?? null,
    served,
    picked,
  };
  return {
    stage,
    parameters,
    recorded: {
      evaluate: config.evaluate,
      prompt,
      template: template.hash,
      picked,
      large: recordedLarge,
    },
    inputs,
    sharedDir: journalDir,
    seeds: { evaluate: config.evaluate.seed },
  };
}
