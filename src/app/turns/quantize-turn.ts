import { answerExamples } from '../../answering/index.ts';
import type { Config } from '../../config/schema.ts';
import { metadataTemplate } from '../../models/templates/metadata-template.ts';
import {
  createQuantizeStage,
  type QuantizeParameters,
  type QuantizeResult,
} from '../../stages/quantize/index.ts';
import { readSplit } from '../../store/dataset-splits.ts';
import type { StageTurn, TurnOutcome } from '../runs/run-stage.ts';
import { localSpec } from '../serving.ts';
import type { Workspace } from '../workspace.ts';
import type { BaseOutcome, DataOutcome, TrainOutcome } from './train-turn.ts';
import { trainedModel } from './trained-model.ts';

export type QuantizeOutcome = TurnOutcome<QuantizeResult>;

/** GGUF in every quantisation, and the choice, made on development rows. */
export async function quantizeTurn(
  workspace: Workspace,
  config: Config,
  data: DataOutcome,
  base: BaseOutcome,
  train: TrainOutcome,
): Promise<StageTurn<QuantizeParameters, QuantizeResult>> {
  const trained = await trainedModel(workspace, config, data, base, train);
  const { model, hfDir, baseGguf, task, prompt, template, dataset } = trained;
  const { trainer, quantizer, engine } = await workspace.tools();

  const parameters: QuantizeParameters = {
    config: config.quantize,
    task,
    method: config.train.method,
    hfDir,
    baseGguf,
    adapterDir: trained.weightsDir,
    chatTemplate: metadataTemplate(template),
    threads: config.runtime.threads,
    seed: config.evaluate.seed,
  };
  const stage = createQuantizeStage({
    trainer,
    quantizer,
    readSplit: name => readSplit(dataset, name),
    answer: async (modelPath, examples, { onProgress, signal }) => {
      const served = await engine.open(
        await localSpec(config, template, model.contextTokens, { id: 'development', modelPath }),
      );
      try {
        return await answerExamples({
          model: served,
          task,
          prompt,
          examples,
          mode: 'specialist',
          signal,
          onProgress: (done, total) => onProgress(done / total),
        });
      } finally {
        await served.close();
      }
    },
  });
  const { config: quantize, method, seed } = parameters;
  return {
    stage,
    parameters,
    recorded: { quantize, method, seed, template: template.hash, maxAnswerTokens: prompt.maxAnswerTokens },
    inputs: trained.inputs,
    seeds: { bootstrap: seed },
  };
}
