import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DevelopmentSplitName, Example } from '../../core/example.ts';
import { type Answer, answerWithoutModel } from '../../core/metric.ts';
import type { StageContext } from '../../core/stage.ts';
import { readCalibration } from './calibration.ts';
import { readLargeAnswers } from './large-answers.ts';
import { createCascadePolicy } from './policy.ts';
import { cascadeConfigSchema } from './schema.ts';
import { createSignalReader } from './signal-reader.ts';
import { type CascadeParameters, type CascadeStageDependencies, createCascadeStage } from './stage.ts';

const task = { kind: 'classify' as const, labels: ['leak', 'noise'] };
const row = (id: string, text: string, target: string): Example => ({
  id,
  messages: [{ role: 'user', content: text }],
  target,
  references: [],
  group: null,
  source: { file: 'rows.jsonl', line: 1 },
});
const subject = (at: number) => ['pump', 'valve', 'hose', 'bearing', 'motor'][at % 5];
const train = Array.from({ length: 150 }, (_, at) =>
  row(`train-${at}`, `${subject(at)} ${at} is leaking oil`, 'leak'),
);
const calibration = Array.from({ length: 120 }, (_, at) =>
  row(`calibration-${at}`, `${subject(at)} ${at + 200} is leaking oil`, 'leak'),
);
const answer = (example: Example, at: number): Answer => {
  const p = at % 12 === 0 ? 0.4 : 0.9 + (at % 10) / 101;
  const text = p < 0.5 ? 'noise' : 'leak';
  return {
    ...answerWithoutModel(example.id, text, 1),
    confidence: Math.max(p, 1 - p),
    probabilities: [p, 1 - p],
  };
};

describe('the cascade stage', () => {
  let workspaceDir: string;
  beforeEach(async () => {
    workspaceDir = await mkdtemp(join(tmpdir(), 'cascade-'));
  });
  afterEach(() => rm(workspaceDir, { recursive: true, force: true }));

  const context = (config: object = {}): StageContext<CascadeParameters> => ({
    parameters: {
      config: cascadeConfigSchema.parse({ rule: { kind: 'error-bound', alpha: 0.1, delta: 0.1 }, ...config }),
      task,
      specialist: { name: 'triage', hash: 'a'.repeat(64) },
      datasetHash: 'b'.repeat(64),
      servers: null,
    },
    workDir: workspaceDir,
    workspaceDir,
    progress: { say: () => undefined, update: () => undefined },
    signal: new AbortController().signal,
  });
  const dependencies = (change: Partial<CascadeStageDependencies> = {}): CascadeStageDependencies => ({
    readSplit: async name => (name === 'train' ? train : name === 'calibration' ? calibration : []),
    answerLocally: async examples => examples.map(answer),
    answerLarge: async () => new Map(),
    ...change,
  });

  test('reads the splits of development, and no test row', async () => {
    const read: DevelopmentSplitName[] = [];
    const watched = dependencies();
    const stage = createCascadeStage({
      ...watched,
      readSplit: name => {
        read.push(name);
        return watched.readSplit(name);
      },
    });
    await stage.check(context());
    await stage.run(context());
    expect(new Set(read)).toEqual(new Set(['train', 'validation', 'calibration']));
  });

  test('writes a calibration that reads back as it was, and with which the policy decides', async () => {
    const { result, outputs } = await createCascadeStage(dependencies()).run(context());
    const read = await readCalibration(join(workspaceDir, result.file));
    expect(read).toEqual(result.calibration);
    expect(outputs[0]).toMatchObject({ kind: 'calibration', sha256: read.hash });
    expect(read.goal.met).toBe(true);
    const reader = createSignalReader(task, read);
    const policy = createCascadePolicy(read, { auditShare: 0 });
    const decide = (text: string, p: number) => {
      const { signals, valid } = reader.read([{ role: 'user', content: text }], {
        text: 'leak',
        probabilities: [p, 1 - p],
        tokens: null,
      });
      return policy.decide({ signals, valid, failure: null, draw: 0.5 });
    };
    expect(decide('pump 4 is leaking oil', 0.999)).toMatchObject({ route: 'local', reason: null });
    expect(decide('pump 4 is leaking oil', 0.5).reason).toBe('low-confidence');
    expect(decide('Translate this poem into French, please', 0.999).reason).toBe('out-of-scope');
  });

  test('fitted again on the same rows it is the same file, byte for byte', async () => {
    const stage = createCascadeStage(dependencies(), () => new Date(1));
    const first = await stage.run(context());
    const bytes = await readFile(join(workspaceDir, first.result.file));
    const second = await createCascadeStage(dependencies(), () => new Date(2)).run(context());
    expect(second.result).toEqual(first.result);
    expect(await readFile(join(workspaceDir, second.result.file))).toEqual(bytes);
  });

  test('a calibration that was edited is refused, and made anew by the stage', async () => {
    const { result } = await createCascadeStage(dependencies()).run(context());
    const file = join(workspaceDir, result.file);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"auditShare":0.01', '"auditShare":0'));
    await expect(readCalibration(file)).rejects.toMatchObject({ code: 'calibration-changed' });
    await createCascadeStage(dependencies()).run(context());
    expect((await readCalibration(file)).auditShare).toBe(0.01);
    await writeFile(file, text.slice(0, 200));
    await expect(readCalibration(file)).rejects.toMatchObject({ code: 'calibration-unreadable' });
    await expect(readCalibration(join(workspaceDir, 'none.json'))).rejects.toMatchObject({
      code: 'calibration-unreadable',
    });
  });

  test('without calibration rows it says which key makes them', async () => {
    const stage = createCascadeStage(dependencies({ readSplit: async () => [] }));
    await expect(stage.check(context())).rejects.toMatchObject({
      code: 'calibration-split-empty',
      hint: expect.stringContaining('data.split.calibration'),
    });
  });

  test('says before anything is asked what too few rows could show at best', async () => {
    const few = createCascadeStage(dependencies({ readSplit: async () => calibration.slice(0, 30) }));
    const strict = context({ rule: { kind: 'error-bound', alpha: 0.05, delta: 0.05 } });
    const [problem] = await few.check(strict);
    expect(problem).toMatchObject({ severity: 'warning', code: 'calibration-rows-few' });
    expect(problem!.message).toContain('30 independent calibration rows');
    expect(problem!.message).toContain('it takes 86 local answers');
    const named = Number(/cascade\.rule\.alpha to (\S+) or more/.exec(problem!.hint)![1]);
    expect(await few.check(context({ rule: { kind: 'error-bound', alpha: named, delta: 0.05 } }))).toEqual(
      [],
    );
    const opinion = { rule: { kind: 'error-bound', alpha: 0.05, delta: 0.05 }, secondOpinion: 'agreement' };
    expect((await few.check(context(opinion)))[0]!.message).toContain('it takes 59 local answers');
    const enough = createCascadeStage(dependencies({ readSplit: async () => calibration.slice(0, 86) }));
    expect(await enough.check(strict)).toEqual([]);
  });

  test('validation rows guide, apart from groups of calibration rows, and all calibration rows test', async () => {
    const validation = Array.from({ length: 80 }, (_, at) => ({
      ...row(`validation-${at}`, `${subject(at)} ${at + 400} is leaking oil`, 'leak'),
      group: at < 20 ? 'pump-7' : null,
    }));
    const grouped = calibration.map((example, at) => (at === 0 ? { ...example, group: 'pump-7' } : example));
    const asked: string[] = [];
    const stage = createCascadeStage(
      dependencies({
        readSplit: async name => ({ train, validation, calibration: grouped })[name],
        answerLocally: async examples => {
          asked.push(...examples.map(({ id }) => id));
          return examples.map(answer);
        },
      }),
    );
    const { result } = await stage.run(context());
    expect(asked).toHaveLength(180);
    expect(asked).not.toContain('validation-3');
    expect(result.calibration.rows).toEqual({
      calibration: 120,
      fitted: 60,
      fittedOn: 'validation',
      tested: 120,
      dependent: 0,
    });
    expect(await readCalibration(join(workspaceDir, result.file))).toEqual(result.calibration);
    const strict = context({ rule: { kind: 'error-bound', alpha: 0.02, delta: 0.05 } });
    expect((await stage.check(strict))[0]!.message).toContain('it takes 183 local answers');
  });

  test('a metric that the task does not have is named before anything is asked', async () => {
    const stage = createCascadeStage(dependencies());
    await expect(stage.check(context({ correct: { metric: 'chrf' } }))).rejects.toMatchObject({
      code: 'cascade-metric-unknown',
    });
  });

  test('a row on which the specialist failed counts as escalated, not as wrong', async () => {
    const failing = dependencies({
      answerLocally: async examples =>
        examples.map((example, at) =>
          at % 3 === 0 ? answerWithoutModel(example.id, '', 1, 'engine-failed: gone') : answer(example, 1),
        ),
    });
    const { result } = await createCascadeStage(failing).run(context());
    expect(result.calibration.goal.evidence).toMatchObject({ rows: 120, answered: 80, errors: 0 });
  });

  test('writes down who ran the specialist, whether with log-probabilities, and how it was asked again', async () => {
    const servers = [{ upstream: 'vllm', model: 'triage' }];
    const generated = dependencies({
      answerLocally: async examples =>
        examples.map((example, at) => ({
          ...answerWithoutModel(example.id, 'leak', 1),
          secondOpinion: { agreement: at % 10 === 0 ? 0 : 1 },
        })),
    });
    const given = context();
    const parameters = { ...given.parameters, servers };
    const { result } = await createCascadeStage(generated).run({ ...given, parameters });
    expect(result.calibration).toMatchObject({
      servedBy: { servers, logprobs: false },
      secondOpinion: 'agreement',
    });
    expect(await readCalibration(join(workspaceDir, result.file))).toEqual(result.calibration);
    const here = (await createCascadeStage(dependencies()).run(given)).result.calibration;
    expect(here).not.toHaveProperty('servedBy');
    expect(here).not.toHaveProperty('secondOpinion');
  });

  test('recorded answers of the large model decide whether escalating helps', async () => {
    const file = join(workspaceDir, 'large.jsonl');
    await writeFile(
      file,
      calibration.map(({ id }) => `${JSON.stringify({ id, text: 'noise', costUsd: 0.001 })}\n`).join(''),
    );
    const large = await readLargeAnswers(file);
    const unsure = dependencies({
      answerLocally: async examples =>
        examples.map((example, at) => ({
          ...answer(example, 1),
          ...(at < 40
            ? { text: at % 2 ? 'leak' : 'noise', probabilities: at % 2 ? [0.55, 0.45] : [0.45, 0.55] }
            : {}),
        })),
      answerLarge: async () => large,
    });
    const { result } = await createCascadeStage(unsure).run(context());
    expect(result.calibration.help.verdict).toBe('no-better');
    expect(result.calibration.escalateLowConfidence).toBe(false);
  });
});

describe('recorded answers', () => {
  test.each([
    ['no JSON', '{"id": "a"'],
    ['no text', '{"id": "a", "text": 3}'],
    ['an id twice', '{"id": "a", "text": "x"}\n{"id": "a", "text": "y"}'],
    ['nothing', '\n\n'],
  ])('with %s are refused', async (_name, content) => {
    const folder = await mkdtemp(join(tmpdir(), 'cascade-large-'));
    try {
      const file = join(folder, 'large.jsonl');
      await writeFile(file, content);
      await expect(readLargeAnswers(file)).rejects.toMatchObject({ code: 'large-answers-unreadable' });
      await expect(readLargeAnswers(join(folder, 'absent'))).rejects.toMatchObject({
        code: 'large-answers-unreadable',
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
