import { DataError } from '../core/errors/index.ts';
import { findEntry } from '../models/catalogue/catalogue.ts';
import { resolveModel, templateOf } from '../models/resolve-model.ts';
import { deriveBase } from '../stages/base/derive-base.ts';
import { promptOf } from '../stages/data/index.ts';
import { benchmark } from '../stages/evaluate/index.ts';
import { readDatasetManifest, readSplit } from '../store/dataset-splits.ts';
import type { BenchmarkOptions, BenchmarkResult } from './app.ts';
import { runPipeline } from './pipeline.ts';
import { absolute } from './runs/run-stage.ts';
import { localSpec } from './serving.ts';
import type { Workspace } from './workspace.ts';

/**
 * Untuned base models on the same validation rows. The dataset is frozen first, if it is not yet.
 * @throws DataError `no-validation-rows`, before any model is fetched
 */
export async function benchmarkModels(
  workspace: Workspace,
  options: BenchmarkOptions,
): Promise<BenchmarkResult> {
  const config = await workspace.config();
  const { stages } = await runPipeline(workspace, { until: 'data' });
  const folder = stages[0]?.outputs[0]?.path;
  if (folder === undefined) throw new Error('the data stage left no dataset');
  const dataset = absolute(workspace.dir, folder);
  const { task } = await readDatasetManifest(dataset);
  const examples = (await readSplit(dataset, 'validation')).slice(0, options.rows);
  if (examples.length === 0)
    throw new DataError(
      'no-validation-rows',
      'The validation split has no rows, and a base model is not chosen on the test rows',
      'Give the validation split a share in data.split.',
    );
  const { environment } = workspace;
  const tools = await workspace.tools();
  const { progress, signal } = workspace.options;

  const models = [];
  for (const reference of options.models) {
    const model = await resolveModel(reference, tools.sources, tools.fetchOptions);
    const template = await templateOf(model);
    const derived = { ...tools, cacheDir: environment.cacheDir, threads: config.runtime.threads };
    const modelPath =
      model.format === 'gguf'
        ? model.path
        : (await deriveBase(model, derived, { onStatus: status => progress.update(status, null), signal }))
            .baseGguf;
    models.push({
      id: model.id,
      title: findEntry(model.id)?.title ?? model.id,
      open: async () =>
        tools.engine.open(
          await localSpec(config, template, model.contextTokens, { id: model.id, modelPath }),
        ),
    });
  }
  return benchmark({
    task,
    prompt: promptOf(config.task, task),
    models,
    split: 'validation',
    examples,
    train: await readSplit(dataset, 'train'),
    shots: options.shots,
    options: {
      confidence: config.evaluate.confidence,
      resamples: config.evaluate.resamples,
      seed: config.evaluate.seed,
    },
    signal,
    onProgress: (model, done, total) => progress.update(`Asking ${model}: ${done} of ${total}`, done / total),
  });
}
