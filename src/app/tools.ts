import type { Environment } from '../config/environment.ts';
import type { Engine } from '../core/chat-model.ts';
import type { FetchOptions, ModelSource } from '../core/model-source.ts';
import type { Quantizer } from '../core/quantizer.ts';
import type { Progress } from '../core/stage.ts';
import type { Trainer } from '../core/trainer.ts';
import { createEngine } from '../engines/engine.ts';
import { LlamaCppQuantizer } from '../engines/llama-cpp/quantizer.ts';
import { withFileSource } from '../models/formats/byte-source.ts';
import { readGgufHeader } from '../models/formats/gguf-header.ts';
import { createFileSource } from '../models/sources/file-source.ts';
import { createHubSource } from '../models/sources/hub-source.ts';
import { createPackageSource } from '../models/sources/package-source.ts';
import { ensureEnvironment } from '../trainers/torch/environment/environment.ts';
import { TorchTrainer } from '../trainers/torch/torch-trainer.ts';
import { llamaCppSource, trainerDir } from './installation.ts';
import { machineFacts } from './machine/machine.ts';

/** The concrete things behind the seams. */
export interface Tools {
  readonly trainer: Trainer;
  readonly quantizer: Quantizer;
  readonly engine: Engine;
  readonly sources: readonly ModelSource[];
  readonly fetchOptions: FetchOptions;
}

export interface ToolsOptions {
  readonly workspaceDir: string;
  readonly environment: Environment;
  readonly offline: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Makes everything that works outside this process's own code; nothing is loaded before it is used. */
export function createTools({ workspaceDir, environment, offline, progress, signal }: ToolsOptions): Tools {
  const { cacheDir } = environment;
  const llamaCpp = llamaCppSource();
  const trainer = new TorchTrainer({
    trainerDir,
    llamaCpp: llamaCpp && { ...llamaCpp, cacheDir },
    ensurePython: async options => {
      const { pythonPath, made, directory } = await ensureEnvironment({
        cacheDir,
        trainerDir,
        python: environment.python,
        wheelDir: environment.wheelsDir,
        offline,
        torchIndex: environment.torchIndex,
        extras: [],
        signal: options.signal ?? signal,
        onStatus: status => progress.update(status, null),
      });
      if (made) progress.say(`Python environment made in ${directory}`);
      return pythonPath;
    },
  });
  const hub = { endpoint: environment.hubEndpoint, token: environment.hubToken?.reveal() ?? null };
  return {
    trainer,
    quantizer: new LlamaCppQuantizer({
      validate: path => withFileSource(path, async source => readGgufHeader(source)),
      // One process loads one build of the library: the one that will also open models.
      variant: async () => ((await machineFacts()).gpuMemoryBytes === null ? 'cpu' : 'gpu'),
    }),
    engine: createEngine(),
    sources: [
      createPackageSource({ pythonPath: environment.python }),
      createHubSource({ ...hub, endpoint: hub.endpoint ?? 'https://huggingface.co' }),
      createFileSource(workspaceDir),
    ],
    fetchOptions: {
      cacheDir,
      offline,
      signal,
      onProgress: (done, total) =>
        progress.update(`Downloading, ${Math.round(done / 1e6)} MB`, total === null ? null : done / total),
    },
  };
}
