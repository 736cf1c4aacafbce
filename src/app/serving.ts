import { availableParallelism } from 'node:os';
import type { Runtime } from '../config/runtime.ts';
import type { Config } from '../config/schema.ts';
import type { ChatTemplate, LocalModelSpec, RemoteModelSpec } from '../core/chat-model.ts';
import { ConfigError } from '../core/errors/index.ts';
import { machineFacts } from './machine/machine.ts';
import type { Workspace } from './workspace.ts';

/** Tokens a local model is opened with, at most: labels, shots and answers of a narrow task fit well within. */
const maxContextTokens = 4096;

/** Tokens of prompt and answer that a local model is opened for. */
export const servedContextTokens = (modelTokens: number): number => Math.min(modelTokens, maxContextTokens);

/** CPU threads as configured; every core where nothing says otherwise. */
export const threadsOf = ({ threads }: Runtime): number => threads ?? availableParallelism();

/** Layers on the GPU as configured; `auto` means none on a machine without one. */
export async function gpuLayersOf(configured: number | 'auto'): Promise<number | 'auto'> {
  return configured === 'auto' && (await machineFacts()).gpuMemoryBytes === null ? 0 : configured;
}

/** How a GGUF file of this workspace is opened. */
export async function localSpec(
  config: Config,
  template: ChatTemplate,
  modelTokens: number,
  file: { readonly id: string; readonly modelPath: string; readonly adapterPath?: string },
): Promise<LocalModelSpec> {
  return {
    kind: 'local',
    id: file.id,
    modelPath: file.modelPath,
    adapters: file.adapterPath === undefined ? [] : [{ path: file.adapterPath, scale: 1 }],
    template,
    contextTokens: servedContextTokens(modelTokens),
    sequences: 1,
    threads: threadsOf(config.runtime),
    gpuLayers: await gpuLayersOf(config.runtime.gpuLayers),
  };
}

/**
 * The configured large model, with its key; null where none is configured.
 * @throws ConfigError `key-missing` when the named variable is not set
 */
export function largeSpec(config: Config, workspace: Workspace): RemoteModelSpec | null {
  return config.large && remoteSpec('large', config.large, workspace);
}

/**
 * A model behind an API as stepdown.yaml describes it under `key`, with its API key.
 * @throws ConfigError `key-missing` when the named variable is not set
 */
export function remoteSpec(
  key: string,
  described: NonNullable<Config['large']>,
  workspace: Workspace,
): RemoteModelSpec {
  const { apiKeyEnv, baseUrl, model, price, timeoutMs, maxRetries } = described;
  const apiKey = apiKeyEnv === null ? null : workspace.environment.secret(apiKeyEnv);
  if (apiKeyEnv !== null && apiKey === null) {
    throw new ConfigError(
      'key-missing',
      `${key}.apiKeyEnv names ${apiKeyEnv}, which is not set`,
      `Set ${apiKeyEnv} to the key of the model, or remove ${key}.apiKeyEnv.`,
    );
  }
  return {
    kind: 'remote',
    id: model,
    baseUrl,
    model,
    apiKey: apiKey?.reveal() ?? null,
    price: price && { ...price, cachedInput: price.cachedInput ?? price.input },
    timeoutMs,
    maxRetries,
  };
}
