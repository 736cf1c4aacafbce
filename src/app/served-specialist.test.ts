import { availableParallelism } from 'node:os';
import { beforeEach, expect, it, vi } from 'vitest';
import type { LocalModelSpec } from '../core/chat-model.ts';
import { type FoundSpecialist, openSpecialist } from './served-specialist.ts';

const opened: LocalModelSpec[] = [];
vi.mock('../engines/llama-cpp/local-model.ts', () => ({
  LocalModel: {
    open: async (spec: LocalModelSpec) => {
      opened.push(spec);
      return { close: async () => {} };
    },
  },
}));
beforeEach(() => {
  opened.length = 0;
});

const found = {
  dir: '/specialist',
  manifest: {
    name: 'triage',
    task: { kind: 'generate' },
    files: { model: { path: 'model.gguf' }, adapterGguf: { path: 'adapter.gguf' } },
    contextTokens: 512,
  },
  template: {},
} as unknown as FoundSpecialist;
const runtime = { threads: null, gpuLayers: 0, offline: false };

it('computes on the threads and the GPU layers that stepdown.yaml allows', async () => {
  await openSpecialist(found, { ...runtime, threads: 3, gpuLayers: 7 });
  await openSpecialist(found, runtime);
  expect(opened).toMatchObject([
    { threads: 3, gpuLayers: 7, sequences: 1, modelPath: '/specialist/model.gguf' },
    { threads: availableParallelism(), gpuLayers: 0 },
  ]);
  expect(opened[0]).not.toHaveProperty('draftsAnswers');
});

it('computes on fewer where other processes have the rest', async () => {
  await openSpecialist(found, { ...runtime, threads: 3 }, { base: '/base.gguf', sequences: 8, threads: 1 });
  expect(opened).toMatchObject([
    { threads: 1, sequences: 8, modelPath: '/base.gguf', adapters: [{ path: '/specialist/adapter.gguf' }] },
  ]);
});
