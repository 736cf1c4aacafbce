import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatTemplate } from '../../core/chat-model.ts';
import { InterruptedError } from '../../core/errors/index.ts';
import type { Example } from '../../core/example.ts';
import type { Trainer, TrainerEnvironment, TrainPlan, TrainResult } from '../../core/trainer.ts';
import { trainConfigSchema } from './schema.ts';
import { createTrainStage, type TrainParameters } from './stage.ts';

let workspaceDir: string;
beforeEach(async () => {
  workspaceDir = await mkdtemp(join(tmpdir(), 'stepdown-train-'));
});
afterEach(() => rm(workspaceDir, { recursive: true, force: true }));

const template: ChatTemplate = {
  hash: 'h',
  render: messages => `${messages.map(({ role, content }) => `<${role}>${content}`).join('')}<assistant>`,
  endOfTurn: '<end>',
  stop: [],
};
const example = (id: string, content: string, target: string): Example => ({
  id,
  messages: [{ role: 'user', content }],
  target,
  references: [],
  group: null,
  source: { file: 'rows.jsonl', line: 1 },
});
const splits: Record<string, Example[]> = {
  train: [example('1', 'pump hot', 'Breakdown'), example('2', 'oil on floor', 'Leakage')],
  validation: [example('3', 'pump stuck', 'Breakdown')],
};
const environment: TrainerEnvironment = {
  pythonPath: 'python',
  pythonVersion: '3.12.0',
  packages: {},
  device: 'cpu',
  deviceName: 'test',
  memoryBytes: 1,
  bf16: false,
};
const result: TrainResult = {
  adapterDir: 'adapter',
  method: 'lora',
  steps: 4,
  bestEpoch: 2,
  bestValidationLoss: 0.25,
  bestValidationScore: 0.8,
  stoppedEarly: true,
  trainTokens: 10,
  answerTokens: 4,
  tokensPerSecond: 5,
  seconds: 2,
  peakMemoryBytes: 1,
  device: 'cpu',
  precision: 'fp32',
  trainableParameters: 1,
  parameters: 2,
  lossCurve: [],
  labelTokens: [[1], [2]],
  endOfTurnTokens: [3],
  versions: {},
  tooLong: ['2'],
};

/** A trainer that keeps the plan and writes an adapter. */
function recordingTrainer(plans: TrainPlan[], device: TrainerEnvironment['device'] = 'cpu'): Trainer {
  return {
    prepare: async () => ({ ...environment, device }),
    train: async plan => {
      plans.push(plan);
      await mkdir(join(plan.outputDir, 'adapter'), { recursive: true });
      await writeFile(join(plan.outputDir, 'adapter', 'adapter_model.safetensors'), 'weights');
      return result;
    },
    answer: () => Promise.reject(new Error('not asked for')),
    convert: () => Promise.reject(new Error('not asked for')),
  };
}

function context(changes: Partial<TrainParameters> = {}) {
  const lines: string[] = [];
  return {
    lines,
    workDir: join(workspaceDir, '.stepdown', 'work'),
    workspaceDir,
    progress: { say: (line: string) => void lines.push(line), update: () => undefined },
    signal: new AbortController().signal,
    parameters: {
      train: trainConfigSchema.parse({}),
      effort: 'standard',
      task: { kind: 'classify', labels: ['Breakdown', 'Leakage'] },
      prompt: { instruction: 'Choose.', system: 'Be brief.', maxAnswerTokens: 8 },
      baseDir: '/base',
      baseName: 'org/base',
      baseParameters: 135e6,
      contextTokens: 2048,
      threads: null,
      ...changes,
    } satisfies TrainParameters,
  };
}
const stageFor = (trainer: Trainer, rows = splits) =>
  createTrainStage({ trainer, readSplit: async name => rows[name] ?? [], template });

test('rows are rendered by the template, with the specialist prompt and the end of turn', async () => {
  const plans: TrainPlan[] = [];
  await stageFor(recordingTrainer(plans)).run(context());
  const rows = (await readFile(plans[0]!.trainFile, 'utf8')).trim().split('\n');
  expect(JSON.parse(rows[0]!)).toEqual({
    id: '1',
    prompt: '<system>Be brief.<user>pump hot<assistant>',
    inputSpan: [23, 31],
    completion: 'Breakdown<end>',
  });
  expect(await readFile(plans[0]!.validationFile, 'utf8')).not.toContain('pump hot');
});

test('rows with label probabilities are trained on with them, and validation rows never are', async () => {
  const labelProbabilities = { Breakdown: 0.75, Leakage: 0.25 };
  const soft = {
    train: [{ ...splits['train']![0]!, labelProbabilities }, splits['train']![1]!],
    validation: splits['validation']!,
  };
  const plans: TrainPlan[] = [];
  const given = context();
  await stageFor(recordingTrainer(plans), soft).run(given);
  expect(plans[0]!.hyperparameters.softTargets).toBe(0.5);
  expect(given.lines.join('\n')).toContain(
    "softTargets 0.5 (1 rows have a large model's label probabilities",
  );
  const written = (await readFile(plans[0]!.trainFile, 'utf8')).trim().split('\n');
  expect(JSON.parse(written[0]!).teacher).toEqual([
    { completion: 'Breakdown<end>', probability: 0.75 },
    { completion: 'Leakage<end>', probability: 0.25 },
  ]);
  expect(written[1]).not.toContain('teacher');
  expect(await readFile(plans[0]!.validationFile, 'utf8')).not.toContain('teacher');
});

test('the outcome is the adapter, pinned by hash; derived numbers and left-out rows are said', async () => {
  const plans: TrainPlan[] = [];
  const given = context();
  const outcome = await stageFor(recordingTrainer(plans)).run(given);
  expect(outcome.outputs).toEqual([
    {
      kind: 'adapter-peft',
      path: '.stepdown/work/training/adapter',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      sizeBytes: 7,
    },
  ]);
  expect(plans[0]).toMatchObject({ labelTexts: ['Breakdown', 'Leakage'], endOfTurn: '<end>' });
  expect(given.lines.some(line => /^learningRate 0\.001 \(.+\)$/.test(line))).toBe(true);
  expect(given.lines.at(-1)).toContain('1 of 2 rows are longer');
});

test('answers that are written are held to their bound, and the few that are longer are said', async () => {
  const plans: TrainPlan[] = [];
  const trainer = recordingTrainer(plans);
  const listing: Trainer = {
    ...trainer,
    train: async plan => ({ ...(await trainer.train(plan)), answersTooLong: ['2'] }),
  };
  const given = context({ task: { kind: 'generate' } });
  await stageFor(listing).run(given);
  expect(given.lines.at(-1)).toMatch(/^1 of 2 rows have answers of more than 8 tokens/);
  await stageFor(trainer).run(context());
  // Labels are scored, not written.
  expect(plans.map(plan => plan.maxAnswerTokens)).toEqual([8, null]);
});

test('an interruption passes through, for the same command to continue', async () => {
  const trainer: Trainer = {
    ...recordingTrainer([]),
    train: () => Promise.reject(new InterruptedError('interrupted', 'Stopped', 'Run again.')),
  };
  await expect(stageFor(trainer).run(context())).rejects.toMatchObject({ exitCode: 130 });
});

test('what would fail later is found before', async () => {
  const qlora = context({ train: trainConfigSchema.parse({ method: 'qlora' }) });
  const codes = async (trainer: Trainer, rows = splits) =>
    (await stageFor(trainer, rows).check(qlora)).map(({ code }) => code);
  expect(await codes(recordingTrainer([]))).toEqual(['qlora-needs-gpu']);
  expect(await codes(recordingTrainer([], 'cuda'))).toEqual([]);
  expect(await codes(recordingTrainer([], 'cuda'), {})).toEqual(['no-training-rows', 'no-validation-rows']);
});

test('without training rows nothing is started', async () => {
  const plans: TrainPlan[] = [];
  await expect(stageFor(recordingTrainer(plans), {}).run(context())).rejects.toMatchObject({
    code: 'no-training-rows',
  });
  expect(plans).toEqual([]);
});
