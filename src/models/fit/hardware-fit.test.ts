import { describe, expect, it } from 'vitest';
import { findEntry } from '../catalogue/catalogue.ts';
import { quantizedBytes, servingFit, trainingFit } from './hardware-fit.ts';

const shapeOf = (id: string) => findEntry(id)!.shape;
const gpu = { memoryBytes: 64e9, gpuMemoryBytes: 24e9 };
const small = { rank: 16, batchTokens: 512, answerTokens: 32 };

describe('memory fit', () => {
  it.each([
    ['smollm2-135m-instruct', 0.1345e9],
    ['llama-3.1-8b-instruct', 8.03e9],
    ['phi-4', 14.66e9],
    ['smollm2-360m-instruct', 0.3618e9],
    ['smollm2-1.7b-instruct', 1.711e9],
    ['qwen3-0.6b', 0.596e9],
    ['qwen3-1.7b', 1.72e9],
    ['qwen3-4b', 4.02e9],
    ['qwen3-8b', 8.19e9],
    ['phi-4-mini-instruct', 3.84e9],
    ['gemma-3-270m-it', 0.268e9],
    ['gemma-3-1b-it', 1.0e9],
    ['gemma-3-4b-it', 3.88e9],
    ['llama-3.2-1b-instruct', 1.236e9],
    ['llama-3.2-3b-instruct', 3.213e9],
    ['mistral-7b-instruct-v0.3', 7.25e9],
  ])('the dimensions of %s give its published parameter count', (id, published) => {
    expect(Math.abs(shapeOf(id).parameters / published - 1)).toBeLessThan(0.01);
  });

  /** Without activations: what guides usually quote. QLoRA quantises no embeddings, which are 2.1 GB here. */
  it.each([
    ['lora', 16, 18],
    ['qlora', 5, 6.5],
  ] as const)('weights and states of an 8B model for %s lie between %d and %d GB', (method, low, high) => {
    const { breakdown } = trainingFit(shapeOf('llama-3.1-8b-instruct'), { method, ...small }, gpu);
    const { weights = 0, adapters = 0, gradients = 0, optimizer = 0 } = breakdown;
    const states = weights + adapters + gradients + optimizer;
    expect(states / 1e9).toBeGreaterThan(low);
    expect(states / 1e9).toBeLessThan(high);
  });

  it.each([
    ['Q4_K_M', 4.92e9],
    ['Q8_0', 8.54e9],
    ['Q6_K', 6.6e9],
  ] as const)('Llama 3.1 8B in %s has the size of the published GGUF within 3 %%', (type, published) => {
    expect(Math.abs(quantizedBytes(shapeOf('llama-3.1-8b-instruct'), type) / published - 1)).toBeLessThan(
      0.03,
    );
  });

  it('says that QLoRA needs a GPU', () => {
    const fit = trainingFit(
      shapeOf('qwen3-8b'),
      { method: 'qlora', ...small },
      { memoryBytes: 64e9, gpuMemoryBytes: null },
    );
    expect(fit).toMatchObject({ outcome: 'does-not-fit', hint: expect.stringContaining('GPU') });
    expect(Number.isInteger(fit.totalBytes)).toBe(true);
  });

  const need = { type: 'Q4_K_M', contextTokens: 8192, sequences: 1 } as const;
  const llama = shapeOf('llama-3.1-8b-instruct');

  it('a served model takes its file, and a cache of 128 KiB a token for Llama 3.1 8B', () => {
    const { breakdown, totalBytes } = servingFit(llama, need, gpu);
    expect(breakdown['weights']).toBe(quantizedBytes(llama, 'Q4_K_M'));
    expect(breakdown['cache']).toBe(8192 * 128 * 1024);
    expect(totalBytes).toBe(Object.values(breakdown).reduce((sum, bytes) => sum + bytes, 0));
  });

  it('every sequence that is decoded at once takes a cache of its own', () => {
    const one = servingFit(llama, need, gpu).breakdown['cache'] ?? 0;
    expect(servingFit(llama, { ...need, sequences: 4 }, gpu).breakdown['cache']).toBe(4 * one);
  });

  it.each([
    ['system memory where it is not offloaded', 64e9, 2e9, false, 'fits'],
    ['system memory where it is not offloaded, however large the GPU', 2e9, 80e9, false, 'does-not-fit'],
    ['GPU memory where it is offloaded', 64e9, 2e9, true, 'does-not-fit'],
    ['GPU memory where it is offloaded, however small the rest', 2e9, 80e9, true, 'fits'],
    ['system memory where there is no GPU to offload to', 64e9, null, true, 'fits'],
  ] as const)('serving needs %s', (_what, memoryBytes, gpuMemoryBytes, offloaded, outcome) => {
    const fit = servingFit(llama, { ...need, offloaded }, { memoryBytes, gpuMemoryBytes });
    expect(fit.outcome).toBe(outcome);
    expect(fit.hint === null).toBe(outcome === 'fits');
  });

  it('is tight above 85 % of what there is', () => {
    const { totalBytes } = servingFit(llama, need, gpu);
    const outcome = (share: number) =>
      servingFit(llama, need, { memoryBytes: totalBytes / share, gpuMemoryBytes: null }).outcome;
    expect([0.84, 0.86, 0.99, 1.01].map(outcome)).toEqual(['fits', 'tight', 'tight', 'does-not-fit']);
  });
});
