import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { llamaCppSource, trainerDir } from '../../src/app/installation.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import type { LocalModelSpec } from '../../src/core/chat-model.ts';
import type { ReferenceAnswer } from '../../src/core/trainer.ts';
import { LocalModel } from '../../src/engines/llama-cpp/local-model.ts';
import { LlamaCppQuantizer } from '../../src/engines/llama-cpp/quantizer.ts';
import { readJsonLines } from '../../src/files/jsonl.ts';
import { checkWeights } from '../../src/models/formats/weights-check.ts';
import { resolveModel } from '../../src/models/resolve-model.ts';
import { createPackageSource } from '../../src/models/sources/package-source.ts';
import { deriveBase } from '../../src/stages/base/derive-base.ts';
import { ensureEnvironment } from '../../src/trainers/torch/environment/environment.ts';
import { TorchTrainer } from '../../src/trainers/torch/torch-trainer.ts';
import { testCache } from './engine-weights.ts';

/** Tiny random models: what is verified here is that training and serving compute the same, not that it is useful. */
const names = [
  'smollm2',
  'llama-3.1',
  'llama-3.2',
  'mistral',
  'qwen3',
  'phi-4',
  'phi-4-mini',
  'gemma-3-1b',
  'gemma-3-4b',
];
let folder: string;
let about: { endOfTurn: string; labels: string[]; architectures: string[] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-architectures-'));
  const { python, wheelsDir, torchIndex, offline } = readEnvironment();
  const { pythonPath } = await ensureEnvironment({
    cacheDir: testCache,
    trainerDir,
    python,
    wheelDir: wheelsDir,
    torchIndex,
    offline: offline ?? false,
    extras: [],
  });
  // The byte-level tokenizer of a published model: the conversion knows no others.
  const model = await resolveModel('smollm2-135m-instruct', [createPackageSource({ pythonPath: null })], {
    cacheDir: testCache,
    offline: false,
  });
  const { hfDir } = await deriveBase(
    model,
    {
      cacheDir: testCache,
      trainer: new TorchTrainer({ trainerDir, llamaCpp: null, ensurePython: async () => pythonPath }),
      quantizer: new LlamaCppQuantizer({ validate: async () => undefined }),
      threads: 1,
    },
    {},
  );
  const { bundle, tag } = llamaCppSource()!;
  await promisify(execFile)(pythonPath, [
    join(trainerDir, 'tests', 'architectures', 'make_all.py'),
    ...[folder, hfDir, bundle, tag, testCache],
  ]);
  about = JSON.parse(await readFile(join(folder, 'about.json'), 'utf8'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every architecture that the trainer is tested with is tested here', () => {
  expect(about.architectures).toEqual(names);
});

describe.each(names)('%s', name => {
  const file = (...path: string[]) => join(folder, name, ...path);

  /** Opened as the product opens it: for more tokens than the shortest context that a catalogue model was made for. */
  const spec = (modelPath: string, adapters: LocalModelSpec['adapters']): LocalModelSpec => ({
    kind: 'local',
    id: name,
    modelPath,
    adapters,
    template: {
      hash: 'rendered already',
      endOfTurn: about.endOfTurn,
      stop: [],
      render: ([one]) => one!.content,
    },
    contextTokens: 4096,
    sequences: 2,
    threads: 1,
    gpuLayers: 0,
  });

  async function expected(): Promise<{ prompt: string; answer: ReferenceAnswer }[]> {
    const prompts: string[] = [];
    for await (const line of readJsonLines(file('prompts.jsonl')))
      prompts.push((line as { prompt: string }).prompt);
    const answers: ReferenceAnswer[] = [];
    for await (const line of readJsonLines(file('answers.jsonl'))) answers.push(line as ReferenceAnswer);
    return prompts.map((prompt, at) => ({ prompt, answer: answers[at]! }));
  }

  test('its folder and its converted file are read as the same model', async () => {
    const [ours, theirs] = await Promise.all([checkWeights(file('base')), checkWeights(file('base.gguf'))]);
    const { layers, contextTokens, vocabularySize, embeddingLength } = ours;
    expect(theirs).toMatchObject({ layers, contextTokens, vocabularySize, embeddingLength });
  });

  test('specialists on one base are open at once on one copy of its weights, each with its own adapter', async () => {
    const adapted = spec(file('base.gguf'), [{ path: file('adapter.gguf'), scale: 1 }]);
    const prompts = (await expected()).map(({ prompt }) => prompt);
    const answersOf = (model: LocalModel) =>
      Promise.all(
        prompts.map(async prompt => {
          const messages = [{ role: 'user' as const, content: prompt }];
          return (await model.score({ messages, labels: about.labels })).probabilities;
        }),
      );
    /** How often the file is mapped into this process: once for each time that it was loaded. */
    const mappings = async () => {
      const base = await realpath(file('base.gguf'));
      return (await readFile('/proc/self/maps', 'utf8')).split('\n').filter(line => line.endsWith(base))
        .length;
    };
    const alone = [];
    for (const one of [adapted, spec(file('base.gguf'), [])]) {
      const model = await LocalModel.open(one);
      alone.push(await answersOf(model));
      await model.close();
    }
    const first = await LocalModel.open(adapted);
    const once = await mappings();
    const second = await LocalModel.open(spec(file('base.gguf'), []));
    try {
      expect(once).toBeGreaterThan(0);
      expect(await mappings()).toBe(once);
      const together = await Promise.all([answersOf(first), answersOf(second)]);
      expect(alone[0]).not.toEqual(alone[1]);
      for (const [at, answers] of together.entries())
        for (const [row, probabilities] of answers.entries())
          for (const [label, probability] of probabilities.entries())
            expect(probability).toBeCloseTo(alone[at]![row]![label]!, 2);
    } finally {
      await first.close();
      await second.close();
    }
  });

  test.each([
    ['merged into the base', 'merge'],
    ['beside the base', 'adapter'],
  ])('answers as torch does, with the adapter %s', async (_, kind) => {
    const model = await LocalModel.open(
      kind === 'merge'
        ? spec(file('merge.gguf'), [])
        : spec(file('base.gguf'), [{ path: file('adapter.gguf'), scale: 1 }]),
    );
    try {
      for (const { prompt, answer } of await expected()) {
        expect(model.tokenize(prompt)).toEqual(answer.promptTokens);
        const messages = [{ role: 'user' as const, content: prompt }];
        const { text } = await model.generate({ messages, maxTokens: 12 });
        const { best, probabilities } = await model.score({ messages, labels: about.labels });
        expect({ text, best }).toEqual({ text: answer.text, best: answer.best!.label });
        const probability = probabilities[about.labels.indexOf(best)]!;
        expect(Math.abs(probability - answer.best!.probability)).toBeLessThan(0.02);
      }
    } finally {
      await model.close();
    }
  });
});
