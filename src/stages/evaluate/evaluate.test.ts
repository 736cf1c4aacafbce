import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatModel } from '../../core/chat-model.ts';
import { DataError } from '../../core/errors/index.ts';
import { evaluationSchema } from '../../core/evaluation.ts';
import type { Example } from '../../core/example.ts';
import type { TestExamples } from '../../core/test-split.ts';
import type { EvaluateDependencies, EvaluateParameters } from './dependencies.ts';
import { evaluateConfigSchema } from './schema.ts';
import { createEvaluateStage } from './stage.ts';
import { knownSystems } from './systems/known-systems.ts';

const task = { kind: 'classify' as const, labels: ['Leaking', 'Noise', 'Hot'] };
const inputs = ['oil drip', 'squeal sound', 'burning smell'];
const rows = (split: string, count: number): Example[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `${split}-${at}`,
    messages: [{ role: 'user' as const, content: `${inputs[at % 3]} unit ${at}` }],
    target: task.labels[at % 3]!,
    references: [],
    group: null,
    source: { file: `${split}.jsonl`, line: at + 1 },
  }));
const test = rows('test', 60) as readonly Example[] as TestExamples;

function model(id: string): ChatModel {
  const usage = { promptTokens: 4, completionTokens: 1, cachedTokens: 0, costUsd: null };
  return {
    info: { id, contextTokens: null, supports: { logprobs: false, jsonSchema: false, score: true } },
    async generate() {
      return { text: 'I think it leaks', finishReason: 'stop', logprobs: null, usage, latencyMs: 2 };
    },
    async *stream() {},
    async score({ messages, labels }) {
      const known = inputs.findIndex(input => messages.at(-1)!.content.startsWith(input));
      const at = id === 'base' || known < 0 ? 0 : known;
      const probabilities = labels.map((_, label) => (label === at ? 0.7 : 0.3 / (labels.length - 1)));
      return { probabilities, best: labels[at]!, usage, latencyMs: 1 };
    },
    async close() {},
  };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evaluate-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const reference = (id: string, label: string) => ({
  id,
  text: label,
  promptTokens: [1, 2],
  answerTokens: [3],
  finishReason: 'stop' as const,
  best: { label, probability: 0.69 },
});

function prepared(
  overrides: Partial<EvaluateDependencies>,
  gates: unknown[],
  changes: Partial<EvaluateParameters>,
  said: string[] = [],
  shown: string[] = [],
) {
  const dependencies: EvaluateDependencies = {
    openTest: async () => test,
    readSplit: async () => rows('train', 30),
    openSystem: async id => model(id),
    referenceAnswers: async asked => asked.map(({ id }, at) => reference(id, task.labels[at % 3]!)),
    promptTokens: async prompts => prompts.map(() => [1, 2]),
    memoryOf: async () => null,
    journalDir: join(folder, 'journals'),
    template: { hash: 'h', endOfTurn: '', stop: [], render: messages => messages.at(-1)!.content },
    ...overrides,
  };
  const file = { sizeBytes: 10, gate: null };
  const parameters: EvaluateParameters = {
    config: evaluateConfigSchema.parse({ resamples: 200, gates, forgetting: { rows: 20 } }),
    task,
    prompt: { instruction: 'Name the fault.', system: null, maxAnswerTokens: 8 },
    datasetHash: 'd',
    baseTitle: 'Tiny',
    largeTitle: null,
    served: [
      { id: 'Q8_0', ...file },
      { id: 'F16', ...file },
      { id: 'adapter', ...file },
    ],
    picked: 'Q8_0',
    ...changes,
  };
  const progress = {
    say: (line: string) => void said.push(line),
    update: (line: string) => void shown.push(line),
  };
  const { signal } = new AbortController();
  const context = { parameters, workDir: folder, workspaceDir: folder, progress, signal };
  return { stage: createEvaluateStage(dependencies), context };
}

function run(
  overrides: Partial<EvaluateDependencies> = {},
  gates: unknown[] = [],
  changes: Partial<EvaluateParameters> = {},
  said: string[] = [],
  shown: string[] = [],
) {
  const { stage, context } = prepared(overrides, gates, changes, said, shown);
  return stage.run(context);
}

describe('evaluate', () => {
  it('measures floors, base, specialist and quantisations on the same rows and writes them down', async () => {
    const { result, outputs } = await run();
    const written = evaluationSchema.parse(
      JSON.parse(await readFile(join(folder, 'evaluation.json'), 'utf8')),
    );
    expect(written).toEqual(result.evaluation);
    expect(outputs[0]).toMatchObject({ kind: 'evaluation', path: 'evaluation.json' });
    const value = (id: string) =>
      written.systems.find(system => system.id === id)?.metrics['accuracy']?.value;
    expect(value('specialist')).toBe(1);
    expect(value('base')).toBe(0);
    expect(value('base-scored')).toBeCloseTo(1 / 3, 12);
    expect(value('majority')).toBeCloseTo(1 / 3, 12);
    expect(value('large')).toBeUndefined();
    const base = written.comparisons.find(item => item.reference === 'base' && item.metric === 'accuracy');
    expect(base).toMatchObject({ wins: 60, losses: 0, test: 'mcnemar-exact' });
    expect(base!.pValue).toBeLessThan(1e-10);
    expect(written.quantizations.map(item => [item.id, item.flips, item.picked])).toEqual([
      ['F16', 0, false],
      ['Q8_0', 0, true],
      ['adapter', 0, false],
    ]);
    expect(written.parity).toMatchObject({ rows: 60, disagreements: 0, tokenMismatches: 0, pass: true });
    expect(written.forgetting!.delta.n).toBe(20);
    expect(written.findings.map(finding => finding.code)).toContain('no-language-model-needed');
  });

  it('shows how far it is in all that it asks', async () => {
    const shown: string[] = [];
    await run({}, [], {}, [], shown);
    expect(shown).toEqual(
      expect.arrayContaining([
        'Asking Q8_0: 60 of 60',
        'General questions to base: 1 of 20',
        'General questions to specialist: 20 of 20',
      ]),
    );
  });

  it('counts flips among the rows that F16 answered too, where quantisations are asked fewer rows than what is served', async () => {
    const config = evaluateConfigSchema.parse({
      resamples: 200,
      quantizationRows: 20,
      parity: { enabled: false },
    });
    // Says the first label whatever it is asked: right for every third row.
    const openSystem = async (id: string) => model(id === 'Q8_0' ? 'base' : id);
    const { result } = await run({ openSystem }, [], { config });
    const served = result.evaluation.quantizations.find(item => item.id === 'Q8_0')!;
    expect(served.score).toMatchObject({ value: 1 / 3, n: 60 });
    expect(served.delta.n).toBe(20);
    expect(served.flips).toBe(Math.round(-served.delta.value * 20));
  });

  it('ends with the first differing rows when the engine tokenises otherwise than the trainer', async () => {
    const failing = run({ promptTokens: async prompts => prompts.map(() => [1, 9]) });
    await expect(failing).rejects.toMatchObject({ code: 'parity-failed', exitCode: 5 });
    await expect(failing).rejects.toThrow(/60 have other prompt tokens[\s\S]*trainer 2, engine 9/u);
  });

  it('compares parity on rows that fit the context: longer ones are failed rows, and no other model', async () => {
    const tooLong = (at: number) => at % 10 === 0;
    const openSystem = async (id: string): Promise<ChatModel> => {
      const opened = model(id);
      const score: ChatModel['score'] = request => {
        const at = Number(/unit (\d+)/.exec(request.messages.at(-1)!.content)?.[1] ?? 1);
        return tooLong(at)
          ? Promise.reject(new DataError('input-too-long', 'The input has 9000 tokens', 'Shorten it.'))
          : opened.score(request);
      };
      return { ...opened, score };
    };
    const referenceAnswers: EvaluateDependencies['referenceAnswers'] = async asked =>
      asked.map(({ id }) => reference(id, task.labels[Number(id.split('-')[1]) % 3]!));
    const { evaluation } = (await run({ openSystem, referenceAnswers })).result;
    expect(evaluation.parity).toMatchObject({ rows: 54, disagreements: 0, pass: true });
    expect(evaluation.systems.find(({ id }) => id === 'specialist')).toMatchObject({ failures: 6 });
    expect(evaluation.findings.map(({ code }) => code)).toContain('rows-failed');
  });

  it('says that parity was not checked, and why, where there is no F16 file or it is switched off', async () => {
    const served = [{ id: 'Q8_0' as const, sizeBytes: 10, gate: null }];
    const never: Partial<EvaluateDependencies> = {
      referenceAnswers: () => Promise.reject(new Error('not asked for')),
    };
    const said: string[] = [];
    const { result } = await run(never, [], { served }, said);
    expect(result.evaluation).toMatchObject({
      parity: null,
      parityNotChecked: expect.stringContaining('no F16 file'),
    });
    expect(said).toContainEqual(expect.stringMatching(/^Parity not checked: no F16 file/));
    const config = evaluateConfigSchema.parse({ resamples: 200, parity: { enabled: false } });
    expect((await run(never, [], { config })).result.evaluation).toMatchObject({
      parity: null,
      parityNotChecked: 'evaluate.parity.enabled is false',
    });
    expect((await run()).result.evaluation.parityNotChecked).toBeNull();
  });

  it('answers a gate with pass, fail or not enough rows', async () => {
    const gate = { name: 'g', kind: 'non-inferiority', margin: 0.1 };
    const passed = await run({}, [{ ...gate, reference: 'base' }]);
    expect(passed.result.evaluation.gates[0]!.outcome).toBe('pass');
    const strict = await run({}, [{ name: 'high', kind: 'threshold', threshold: 0.99 }]);
    const [undecided] = strict.result.evaluation.gates;
    expect(undecided).toMatchObject({ outcome: 'not-enough-rows' });
    expect(undecided!.rowsNeeded).not.toBeNull();
    expect(undecided!.explanation).toContain(`about ${undecided!.rowsNeeded} rows would be enough.`);
    const alwaysLeaking: Partial<EvaluateDependencies> = {
      openSystem: async () => model('base'),
      referenceAnswers: async asked => asked.map(({ id }) => reference(id, 'Leaking')),
    };
    const failed = await run(alwaysLeaking, [{ name: 'low', kind: 'threshold', threshold: 0.9 }]);
    expect(failed.result.evaluation.gates[0]).toMatchObject({ outcome: 'fail' });
  });

  it('knows before anything is asked which systems will be measured', async () => {
    const { stage, context } = prepared({}, [], { largeTitle: 'Large' });
    const measured = (await stage.run(context)).result.evaluation.systems.map(({ id }) => id);
    expect([...knownSystems(context.parameters).measured].sort()).toEqual(measured.sort());
  });

  it('asks nothing again when only gates or intervals change', async () => {
    let opened = 0;
    const openSystem = async (id: string): Promise<ChatModel> => {
      const real = model(id);
      const counted = <Request, Result>(ask: (request: Request) => Result) => {
        return (request: Request) => {
          opened++;
          return ask(request);
        };
      };
      return { ...real, generate: counted(real.generate), score: counted(real.score) };
    };
    const asked = async (changes: object) => {
      opened = 0;
      const config = evaluateConfigSchema.parse({
        resamples: 200,
        forgetting: { enabled: false },
        ...changes,
      });
      // As after any change of the section: the work folder is another one.
      const { stage, context } = prepared({ openSystem }, [], { config, largeTitle: 'Large' });
      const { result } = await stage.run({ ...context, workDir: join(folder, JSON.stringify(changes)) });
      expect(result.evaluation.systems.map(({ id }) => id)).toContain('large');
      return opened;
    };
    expect(await asked({})).toBeGreaterThan(60);
    expect(await asked({ confidence: 0.9 })).toBe(0);
    const gates = [{ name: 'g', kind: 'threshold', threshold: 0.5 }];
    expect(await asked({ gates, fewShot: 3 })).toBe(60);
  });

  it('compares no probabilities with a system that gives none, though some of its rows failed', async () => {
    const openSystem = async (id: string) => {
      const opened = model(id);
      let asked = 0;
      const generate: ChatModel['generate'] = request =>
        id === 'large' && asked++ % 20 === 0 ? Promise.reject(new Error('down')) : opened.generate(request);
      return { ...opened, generate };
    };
    const { comparisons } = (await run({ openSystem }, [], { largeTitle: 'Large' })).result.evaluation;
    const metrics = comparisons.filter(({ reference }) => reference === 'large').map(({ metric }) => metric);
    expect(metrics).toEqual(['accuracy', 'macro-f1']);
  });

  it('refuses a gate against a system that was not measured', async () => {
    await expect(
      run({}, [{ name: 'g', kind: 'non-inferiority', reference: 'large', margin: 0.1 }]),
    ).rejects.toMatchObject({
      code: 'gate-reference-missing',
    });
  });
});
