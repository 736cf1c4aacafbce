import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InterruptedError } from '../../core/errors/index.ts';
import type { Example } from '../../core/example.ts';
import type { Task } from '../../core/task.ts';
import type { AnswerPlan, Trainer, TrainPlan, TrainResult } from '../../core/trainer.ts';
import { createCurveStage } from '../../stages/curve/index.ts';
import { trainConfigSchema } from '../../stages/train/index.ts';
import { trainedSpecialist } from './trained-specialist.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-trained-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const task: Task = { kind: 'classify', labels: ['Leak', 'Noise'] };
const rows: Example[] = Array.from({ length: 80 }, (_, index) => ({
  id: `row-${index}`,
  messages: [{ role: 'user', content: `pump ${index} ${index % 2 === 0 ? 'drips' : 'hums'}` }],
  target: task.labels[index % 2]!,
  references: [],
  group: null,
  source: { file: 'rows.jsonl', line: index + 1 },
}));
const trained: TrainResult = {
  adapterDir: 'adapter',
  method: 'lora',
  steps: 1,
  bestEpoch: 1,
  bestValidationLoss: null,
  bestValidationScore: null,
  stoppedEarly: false,
  trainTokens: 1,
  answerTokens: 1,
  tokensPerSecond: 1,
  seconds: 1,
  peakMemoryBytes: 1,
  device: 'cpu',
  precision: 'fp32',
  trainableParameters: 1,
  parameters: 1,
  lossCurve: [],
  labelTokens: [[1], [2]],
  endOfTurnTokens: [3],
  versions: {},
  tooLong: [],
};
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { id: string; prompt: string });
const idsOf = (file: string) => linesOf(file).map(({ id }) => id);

/** A trainer that keeps what it is asked, and knows the right label of every row it is asked about but one. */
function scriptedTrainer(
  options: { method?: TrainResult['method']; failsAt?: number; silentOn?: string } = {},
) {
  const trainings: { plan: TrainPlan; train: string[]; validation: string[] }[] = [];
  const asked: { plan: AnswerPlan; ids: string[] }[] = [];
  const trainer: Trainer = {
    prepare: () => Promise.reject(new Error('not asked for')),
    convert: () => Promise.reject(new Error('not asked for')),
    train: async plan => {
      trainings.push({ plan, train: idsOf(plan.trainFile), validation: idsOf(plan.validationFile) });
      if (trainings.length === options.failsAt)
        throw new InterruptedError('interrupted', 'stopped', 'Run it again.');
      mkdirSync(join(plan.outputDir, 'adapter'), { recursive: true });
      writeFileSync(join(plan.outputDir, 'adapter', 'weights'), 'w');
      return { ...trained, method: options.method ?? 'lora' };
    },
    answer: async plan => {
      asked.push({ plan, ids: idsOf(plan.promptsFile) });
      return linesOf(plan.promptsFile)
        .filter(({ id }) => id !== options.silentOn)
        .reverse()
        .map(({ id, prompt }) => ({
          id,
          text: 'Le',
          promptTokens: [],
          answerTokens: [],
          finishReason: 'stop' as const,
          best: { label: prompt.includes('drips') ? 'Leak' : 'Noise', probability: 0.9 },
        }));
    },
  };
  return { trainer, trainings, asked };
}

function seamOf(trainer: Trainer) {
  return trainedSpecialist({
    title: 'tiny',
    trainer,
    template: {
      hash: 'h',
      render: messages => messages.map(({ content }) => content).join('|'),
      endOfTurn: '<end>',
      stop: [],
    },
    parameters: {
      train: trainConfigSchema.parse({}),
      effort: 'quick',
      task,
      prompt: { instruction: 'Which fault?', system: 'Which fault?', maxAnswerTokens: 8 },
      baseDir: '/base',
      baseName: 'org/base',
      baseParameters: 1e8,
      contextTokens: 512,
      threads: 1,
    },
    workspaceDir: dir,
    progress: { say() {}, update() {} },
    signal: new AbortController().signal,
  });
}

describe('a specialist trained for a curve', () => {
  const training = () => ({
    train: rows.slice(0, 10),
    validation: rows.slice(10, 14),
    heldOut: rows.slice(20, 26),
    folder: join(dir, 'work'),
  });

  test('learns from the rows it is given, and is asked the held-out rows alone', async () => {
    const { trainer, trainings, asked } = scriptedTrainer({ silentOn: 'row-23' });
    const answers = await seamOf(trainer).answers(training());
    expect(trainings.map(({ train, validation }) => [train.length, validation.length])).toEqual([[10, 4]]);
    expect(trainings[0]!.train).toEqual(rows.slice(0, 10).map(({ id }) => id));
    expect(asked[0]!.ids).toEqual(rows.slice(20, 26).map(({ id }) => id));
    expect(asked[0]!.plan).toMatchObject({ baseDir: '/base', labels: task.labels, endOfTurn: '<end>' });
    expect(asked[0]!.plan.adapterDir).toBe(join(dir, 'work', 'training', 'adapter'));
    // In the order of the held-out rows, the likeliest label before the text; no answer is an empty one.
    expect(answers.map(({ exampleId, text }) => [exampleId, text])).toEqual(
      rows.slice(20, 26).map(({ id, target }) => [id, id === 'row-23' ? '' : target]),
    );
  });

  test('is the whole model after full fine-tuning', async () => {
    const { trainer, asked } = scriptedTrainer({ method: 'full' });
    await seamOf(trainer).answers(training());
    expect(asked[0]!.plan).toMatchObject({
      baseDir: join(dir, 'work', 'training', 'adapter'),
      adapterDir: null,
    });
  });
});

describe('its curve', () => {
  const measure = (trainer: Trainer) =>
    createCurveStage({ readRows: async () => rows, specialist: seamOf(trainer) }).run({
      parameters: { task, source: { file: null, datasetHash: 'd' }, withSpecialist: true, seed: 1 },
      workDir: join(dir, 'curve'),
      workspaceDir: dir,
      progress: { say() {}, update() {} },
      signal: new AbortController().signal,
    });

  test('doubles the rows from an eighth to all, each size with the rows of the smaller ones and one seed', async () => {
    const { trainer, trainings, asked } = scriptedTrainer();
    await measure(trainer);
    const sizes = trainings.map(({ train }) => train.length);
    expect(sizes).toHaveLength(4);
    for (const [at, size] of sizes.entries()) expect(size).toBe(Math.round(sizes[3]! / 2 ** (3 - at)));
    for (const { train } of trainings) expect(trainings[3]!.train.slice(0, train.length)).toEqual(train);
    expect(new Set(trainings.map(({ plan }) => plan.hyperparameters.seed)).size).toBe(1);
    expect(new Set(trainings.map(({ plan }) => plan.outputDir)).size).toBe(4);
    // No row that is asked, and none that chooses the epoch, is trained on; all sizes are asked the same.
    const { train, validation } = trainings[3]!;
    const used = [...train, ...validation, ...asked[0]!.ids];
    expect(new Set(used).size).toBe(used.length);
    for (const { ids } of asked) expect(ids).toEqual(asked[0]!.ids);
    for (const each of trainings) expect(each.validation).toEqual(validation);
  });

  test('goes on after an interruption in the same folder, and trains no size twice', async () => {
    const broken = scriptedTrainer({ failsAt: 3 });
    await expect(measure(broken.trainer)).rejects.toBeInstanceOf(InterruptedError);
    const again = scriptedTrainer();
    await measure(again.trainer);
    const folders = (trainings: typeof again.trainings) => trainings.map(({ plan }) => plan.outputDir);
    expect(again.trainings).toHaveLength(2);
    expect(folders(again.trainings)[0]).toBe(folders(broken.trainings)[2]);
    expect(again.trainings[0]!.train).toEqual(broken.trainings[2]!.train);
  });
});
