import { existsSync } from 'node:fs';
import type { Config } from '../../config/schema.ts';
import type { ResolvedModel } from '../../core/model-source.ts';
import type { Problem } from '../../core/stage.ts';
import { findLocalModel, isStillTheModel, resolveModel } from '../../models/resolve-model.ts';
import { type BaseParameters, type BaseResult, createBaseStage } from '../../stages/base/index.ts';
import { machineFacts } from '../machine/machine.ts';
import { trainingNeeds } from '../model-views.ts';
import type { StageTurn } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';

/** The base model on this machine, in the forms that training and serving need. */
export async function baseTurn(
  workspace: Workspace,
  config: Config,
): Promise<StageTurn<BaseParameters, BaseResult>> {
  const { trainer, quantizer, sources, fetchOptions } = await workspace.tools();
  const { cacheDir } = workspace.environment;
  const stage = createBaseStage({
    cacheDir,
    trainer,
    quantizer,
    resolveModel: (reference, { onStatus, signal }) =>
      resolveModel(reference, sources, {
        ...fetchOptions,
        signal,
        onProgress: (done, total) =>
          onStatus(`Downloading ${reference}, ${Math.round(done / 1e6)} MB`, total ? done / total : null),
      }),
    knownModel: reference => findLocalModel(reference, sources, cacheDir),
    checkFit,
  });
  const parameters = { model: config.model, method: config.train.method, threads: config.runtime.threads };
  return {
    stage,
    parameters,
    recorded: { model: config.model, method: config.train.method },
    inputs: [],
    // Both forms lie in the cache, which may have been cleared since; and a file of the user's own may be another.
    isInPlace: async ({ hfDir, baseGguf, model }) =>
      [hfDir, baseGguf, model.path].every(path => existsSync(path)) &&
      (await isStillTheModel(model, sources, cacheDir)),
  };
}

/** Whether training fits this machine, before anything of the model is loaded. */
async function checkFit(model: ResolvedModel, method: BaseParameters['method']): Promise<Problem[]> {
  const machine = await machineFacts();
  const needed = trainingNeeds(model, machine).find(({ use }) => use === method);
  if (!needed || needed.outcome === 'fits') return [];
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  const available = machine.gpuMemoryBytes ?? machine.memoryBytes;
  const message = `${method} of ${model.id} needs about ${gigabytes(needed.memoryBytes)} of memory; this machine has ${gigabytes(available)}.`;
  const hint = needed.note ?? 'Close other programs, or choose a smaller base model.';
  return needed.outcome === 'tight'
    ? [{ severity: 'warning', code: 'memory-tight', message, hint }]
    : [{ severity: 'error', code: 'memory-too-small', message, hint }];
}
