import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ResolvedModel } from '../../core/model-source.ts';
import type { Problem, StageContext } from '../../core/stage.ts';
import type { ConvertPlan } from '../../core/trainer.ts';
import type { BaseParameters } from './schema.ts';
import { type BaseStageDependencies, createBaseStage } from './stage.ts';

const sha256 = 'a'.repeat(64);
const gguf: ResolvedModel = {
  reference: 'tiny',
  id: 'tiny',
  format: 'gguf',
  path: '/models/tiny.gguf',
  sha256,
  sizeBytes: 1000,
  licence: 'Apache-2.0',
  architecture: 'llama',
  parameters: 10,
  contextTokens: 128,
  layers: 1,
  embeddingLength: 8,
  vocabularySize: 16,
};

let cacheDir: string;
let done: string[];
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'base-'));
  done = [];
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

function dependencies(model: ResolvedModel, problems: readonly Problem[] = []): BaseStageDependencies {
  return {
    cacheDir,
    resolveModel: async () => model,
    knownModel: async () => model,
    checkFit: async () => problems,
    quantizer: {
      check: async () => ({ libraryVersion: 'test' }),
      async quantize({ inputFile, outputFile, type }) {
        done.push(`quantize ${inputFile} ${type}`);
        await writeFile(outputFile, 'f16');
        return { sizeBytes: 3, seconds: 0 };
      },
    },
    trainer: {
      async convert(plan: ConvertPlan) {
        done.push(plan.kind === 'gguf-to-hf' ? `gguf-to-hf ${plan.ggufFile}` : plan.kind);
        if (plan.kind === 'gguf-to-hf') {
          await mkdir(plan.outputDir);
          await writeFile(join(plan.outputDir, 'config.json'), '{}');
        } else if (plan.kind === 'hf-to-gguf') await writeFile(plan.outputFile, 'f16');
      },
    },
  };
}

const context: StageContext<BaseParameters> = {
  parameters: { model: 'tiny', method: 'lora', threads: null },
  workDir: '/work',
  workspaceDir: '/workspace',
  progress: { say: () => {}, update: () => {} },
  signal: new AbortController().signal,
};

describe('the base stage', () => {
  test('makes the training folder of a GGUF base from its F16 form, so that both hold the same numbers', async () => {
    const { result } = await createBaseStage(dependencies(gguf)).run(context);
    const directory = join(cacheDir, 'derived', sha256);
    expect(result).toEqual({
      model: gguf,
      hfDir: join(directory, 'hf'),
      baseGguf: join(directory, 'base-f16.gguf'),
    });
    expect(done).toEqual([
      'quantize /models/tiny.gguf F16',
      `gguf-to-hf ${join(directory, 'base-f16.gguf')}`,
    ]);
  });

  test('trains on a safetensors folder as it is and converts it for serving', async () => {
    const model = { ...gguf, format: 'safetensors' as const, path: '/models/tiny' };
    const { result } = await createBaseStage(dependencies(model)).run(context);
    expect(result.hfDir).toBe('/models/tiny');
    expect(done).toEqual(['hf-to-gguf']);
  });

  test('makes nothing twice, and only what is missing after an interruption', async () => {
    const stage = createBaseStage(dependencies(gguf));
    const { result } = await stage.run(context);
    done = [];
    await stage.run(context);
    expect(done).toEqual([]);
    await rm(result.hfDir, { recursive: true });
    await stage.run(context);
    expect(done).toEqual([`gguf-to-hf ${result.baseGguf}`]);
  });

  test('stops before loading anything when the machine is too small, and says so in the check already', async () => {
    const problem: Problem = { severity: 'error', code: 'memory-too-small', message: 'm', hint: 'h' };
    const stage = createBaseStage(dependencies(gguf, [problem]));
    expect(await stage.check(context)).toEqual([problem]);
    await expect(stage.run(context)).rejects.toMatchObject({ code: 'memory-too-small', exitCode: 3 });
    expect(done).toEqual([]);
  });
});
