import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataError, PrerequisiteError } from '../../core/errors/index.ts';
import type { Example } from '../../core/example.ts';
import type { Answer } from '../../core/metric.ts';
import type { QuantizationType } from '../../core/quantizer.ts';
import type { StageContext } from '../../core/stage.ts';
import type { ConvertPlan } from '../../core/trainer.ts';
import { pickQuantization } from './pick.ts';
import { type QuantizeParameters, quantizeResultSchema } from './schema.ts';
import { createQuantizeStage, type QuantizeStageDependencies } from './stage.ts';

const sizes: Record<QuantizationType, number> = {
  F16: 60,
  Q8_0: 50,
  Q6_K: 40,
  Q5_K_M: 30,
  Q4_K_M: 20,
  Q4_0: 10,
};

describe('the choice', () => {
  const gate = (outcome: 'pass' | 'fail' | 'not-enough-rows', rowsNeeded: number | null = null) => ({
    outcome,
    rowsNeeded,
    margin: 0.02,
  });

  test('is the smallest file that passes, whatever the order', () => {
    const candidates = [
      { type: 'Q4_0' as const, sizeBytes: 10, gate: gate('fail') },
      { type: 'F16' as const, sizeBytes: 60, gate: null },
      { type: 'Q4_K_M' as const, sizeBytes: 20, gate: gate('pass') },
      { type: 'Q8_0' as const, sizeBytes: 50, gate: gate('pass') },
    ];
    expect(pickQuantization(candidates).picked).toBe('Q4_K_M');
    expect(pickQuantization(candidates.toReversed()).picked).toBe('Q4_K_M');
  });

  test('is never below a file that is not shown to be as good: the smallest pass of many is the luckiest', () => {
    const candidates = [
      { type: 'F16' as const, sizeBytes: 60, gate: null },
      { type: 'Q8_0' as const, sizeBytes: 50, gate: gate('pass') },
      { type: 'Q6_K' as const, sizeBytes: 40, gate: gate('not-enough-rows') },
      { type: 'Q4_0' as const, sizeBytes: 10, gate: gate('pass') },
    ];
    const { picked, explanation } = pickQuantization(candidates);
    expect(picked).toBe('Q8_0');
    expect(explanation).toContain('Files smaller than Q6_K are passed over');
    expect(pickQuantization(candidates.toSpliced(1, 1)).picked).toBe('F16');
  });

  test('is F16 when rows are lacking, and says how many would be enough', () => {
    const { picked, explanation } = pickQuantization([
      { type: 'F16', sizeBytes: 60, gate: null },
      { type: 'Q8_0', sizeBytes: 50, gate: gate('not-enough-rows', 240) },
      { type: 'Q4_0', sizeBytes: 10, gate: gate('not-enough-rows', 900) },
    ]);
    expect(picked).toBe('F16');
    expect(explanation).toContain('240');
  });
});

describe('the quantize stage', () => {
  let workDir: string;
  let done: string[];
  let plans: ConvertPlan[];
  beforeEach(async () => {
    workDir = await mkdtemp(join(tmpdir(), 'quantize-'));
    done = [];
    plans = [];
    await mkdir(join(workDir, 'adapter'));
    await writeFile(join(workDir, 'adapter', 'weights'), 'one');
  });
  afterEach(() => rm(workDir, { recursive: true, force: true }));

  const rows: Example[] = Array.from({ length: 40 }, (_, index) => ({
    id: `row-${index}`,
    messages: [{ role: 'user', content: `text ${index}` }],
    target: index % 2 === 0 ? 'a' : 'b',
    references: [],
    group: null,
    source: { file: 'rows.jsonl', line: index + 1 },
  }));

  /** Probability given to the right label, by file. */
  function answersWith(right: number, type: QuantizationType, examples: readonly Example[]): Answer[] {
    return examples.map((example, index) => {
      // Every file errs a little differently on every row, as real ones do.
      const p = right + ((index * sizes[type]) % 7) * 0.0005;
      return {
        exampleId: example.id,
        text: example.target,
        confidence: p,
        probabilities: example.target === 'a' ? [p, 1 - p] : [1 - p, p],
        latencyMs: 1,
        promptTokens: 1,
        completionTokens: 1,
        costUsd: null,
        error: null,
      };
    });
  }

  function dependencies(right: Partial<Record<QuantizationType, number>>): QuantizeStageDependencies {
    return {
      trainer: {
        async convert(plan) {
          done.push(plan.kind);
          plans.push(plan);
          if ('outputFile' in plan) await writeFile(plan.outputFile, 'x'.repeat(sizes.F16));
        },
      },
      quantizer: {
        check: async () => ({ libraryVersion: 'test' }),
        async quantize({ outputFile, type }) {
          done.push(type);
          if (right[type] === undefined)
            throw new PrerequisiteError('quantize-failed', 'shape', 'Choose another.');
          await writeFile(outputFile, 'x'.repeat(sizes[type]));
          return { sizeBytes: sizes[type], seconds: 0 };
        },
      },
      readSplit: async name => (name === 'validation' ? rows.slice(0, 20) : rows.slice(20)),
      async answer(path, examples) {
        const type = /model-(\w+)\.gguf$/.exec(path)![1] as QuantizationType;
        return answersWith(right[type]!, type, examples);
      },
    };
  }

  const context = (overrides: Partial<QuantizeParameters> = {}): StageContext<QuantizeParameters> => ({
    parameters: {
      config: { types: ['F16', 'Q8_0', 'Q6_K', 'Q4_0'], margin: 0.02 },
      task: { kind: 'classify', labels: ['a', 'b'] },
      method: 'lora',
      hfDir: '/base/hf',
      baseGguf: '/base/base-f16.gguf',
      adapterDir: join(workDir, 'adapter'),
      chatTemplate: '{{ messages }}',
      threads: null,
      seed: 1,
      ...overrides,
    },
    workDir,
    workspaceDir: workDir,
    progress: { say: () => {}, update: () => {} },
    signal: new AbortController().signal,
  });

  test('picks the smallest file within the margin on the development rows', async () => {
    const stage = createQuantizeStage(dependencies({ F16: 0.9, Q8_0: 0.9, Q6_K: 0.895, Q4_0: 0.7 }));
    const { result, outputs } = await stage.run(context());
    expect(quantizeResultSchema.parse(result).picked).toBe('Q6_K');
    expect(result.files.map(({ type, gate }) => [type, gate?.outcome ?? null])).toEqual([
      ['F16', null],
      ['Q8_0', 'pass'],
      ['Q6_K', 'pass'],
      ['Q4_0', 'fail'],
    ]);
    expect(result).toMatchObject({ metric: 'label-probability', rows: 40 });
    expect(outputs.map(({ path }) => path)).toContain('gguf/adapter.gguf');
  });

  test('leaves out a type the model cannot have and goes on', async () => {
    const { result } = await createQuantizeStage(dependencies({ F16: 0.9, Q8_0: 0.9, Q4_0: 0.5 })).run(
      context(),
    );
    expect(result.skipped).toEqual([{ type: 'Q6_K', reason: 'shape' }]);
    expect(result.picked).toBe('Q8_0');
  });

  test('continues after an interruption with the files that are whole, and starts over for other weights', async () => {
    const stage = createQuantizeStage(dependencies({ F16: 0.9, Q8_0: 0.9, Q6_K: 0.9, Q4_0: 0.9 }));
    await stage.run(context());
    await rm(join(workDir, 'gguf', 'model-Q4_0.gguf'));
    done = [];
    await stage.run(context());
    expect(done).toEqual(['Q4_0']);
    await writeFile(join(workDir, 'adapter', 'weights'), 'two');
    done = [];
    await stage.run(context());
    expect(done).toEqual(['adapter-to-gguf', 'merge-to-gguf', 'Q8_0', 'Q6_K', 'Q4_0']);
  });

  test('merges with the template that was trained, and again when that changes', async () => {
    const stage = createQuantizeStage(dependencies({ F16: 0.9, Q8_0: 0.9, Q6_K: 0.9, Q4_0: 0.9 }));
    await stage.run(context());
    await stage.run(context({ chatTemplate: '{{ messages[0].content }}' }));
    const merges = plans.filter(plan => plan.kind === 'merge-to-gguf');
    expect(merges.map(plan => plan.chatTemplate)).toEqual(['{{ messages }}', '{{ messages[0].content }}']);
    expect(done.filter(step => step === 'Q4_0')).toHaveLength(2);
  });

  test('keeps F16 where there are no development rows', async () => {
    const stage = createQuantizeStage({
      ...dependencies({ F16: 0.9, Q8_0: 0.9, Q6_K: 0.9, Q4_0: 0.9 }),
      readSplit: async () => [],
    });
    expect((await stage.run(context())).result).toMatchObject({ picked: 'F16', rows: 0 });
  });

  test('has no adapter after full fine-tuning', async () => {
    const stage = createQuantizeStage(dependencies({ F16: 0.9, Q8_0: 0.9, Q6_K: 0.9, Q4_0: 0.9 }));
    const { result } = await stage.run(context({ method: 'full' }));
    expect(result.adapter).toBeNull();
    expect(done).not.toContain('adapter-to-gguf');
  });

  test('stops on a full disk and on a broken file instead of leaving types out', async () => {
    for (const error of [
      new PrerequisiteError('disk-full', 'm', 'h'),
      new DataError('gguf-invalid', 'm', 'h'),
    ]) {
      const stage = createQuantizeStage({
        ...dependencies({ F16: 0.9 }),
        quantizer: {
          check: async () => ({ libraryVersion: 'test' }),
          quantize: async () => {
            throw error;
          },
        },
      });
      await expect(stage.run(context())).rejects.toBe(error);
    }
  });
});
