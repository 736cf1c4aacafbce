import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChatTemplate } from '../../core/chat-model.ts';
import { exampleEvaluation } from '../../core/fixtures/evaluation.ts';
import type { StageContext } from '../../core/stage.ts';
import {
  createSpecialistStage,
  exportSpecialist,
  readSpecialist,
  type SpecialistParameters,
} from './index.ts';
import { modelCard } from './model-card.ts';
import { modelfile } from './modelfile.ts';

let workspaceDir: string;

const template: ChatTemplate = {
  hash: 'chatml',
  endOfTurn: '<|im_end|>',
  stop: ['<|endoftext|>'],
  render: messages =>
    `${messages.map(m => `<|im_start|>${m.role}\n${m.content}<|im_end|>\n`).join('')}<|im_start|>assistant\n`,
};

async function parameters(
  changes: Partial<SpecialistParameters['facts']> = {},
): Promise<SpecialistParameters> {
  const modelFile = join(workspaceDir, 'weights.gguf');
  await writeFile(modelFile, 'GGUF weights');
  await mkdir(join(workspaceDir, 'peft'), { recursive: true });
  await writeFile(join(workspaceDir, 'peft', 'adapter_config.json'), '{}');
  return {
    facts: {
      name: 'fault-triage',
      task: { kind: 'classify', labels: ['Leaking', 'Noise'] },
      prompt: { instruction: 'Name the fault.', system: null, maxAnswerTokens: 12 },
      base: {
        id: 'smollm2',
        reference: 'smollm2',
        sha256: 'b'.repeat(64),
        licence: 'Apache-2.0',
        parameters: 135e6,
      },
      template: { source: '…', hash: 'chatml', endOfTurn: '<|im_end|>', stop: [] },
      labelTokens: [[1], [2, 3]],
      contextTokens: 512,
      quantization: 'Q8_0',
      lineage: {
        datasetHash: 'd'.repeat(64),
        runIds: ['run-1'],
        hyperparameters: {},
        stepdownVersion: '0.1.0',
      },
      licences: [{ what: 'base', licence: 'Apache-2.0', note: null }],
      ...changes,
    },
    baseName: 'org/smollm2',
    evaluation: exampleEvaluation(),
    modelFile,
    adapterGgufFile: null,
    adapterPeftDir: join(workspaceDir, 'peft'),
  };
}

async function make(given?: SpecialistParameters) {
  const workDir = join(workspaceDir, 'work');
  await mkdir(workDir, { recursive: true });
  const context: StageContext<SpecialistParameters> = {
    parameters: given ?? (await parameters()),
    workDir,
    workspaceDir,
    progress: { say: () => undefined, update: () => undefined },
    signal: new AbortController().signal,
  };
  const { result } = await createSpecialistStage().run(context);
  return { ...result, dir: join(workspaceDir, result.dir) };
}

beforeEach(async () => {
  workspaceDir = await mkdtemp(join(tmpdir(), 'stepdown-specialist-'));
});

afterEach(() => rm(workspaceDir, { recursive: true, force: true }));

describe('a specialist', () => {
  test('gets a card that says by now who approved the test rows, and stays the specialist it is', async () => {
    const notice = (text: string) => [{ code: 'test-set', text }];
    const card = (dir: string) => readFile(join(dir, 'README.md'), 'utf8');
    const first = await make({ ...(await parameters()), notices: notice('Nobody has approved the rows.') });
    expect(await card(first.dir)).toContain('- Nobody has approved the rows.');
    const second = await make({ ...(await parameters()), notices: notice('Approved by Ada.') });
    expect(second.dir).toBe(first.dir);
    expect(await card(first.dir)).toContain('- Approved by Ada.');
    expect(await card(first.dir)).not.toContain('Nobody');
    expect(await readSpecialist(first.dir)).toEqual(first.manifest);
  });

  test('is packaged with every file pinned by hash, and read back as it was', async () => {
    const { dir, manifest } = await make();
    expect((await readdir(dir)).sort()).toEqual([
      'README.md',
      'adapter',
      'evaluation.json',
      'manifest.json',
      'model.gguf',
    ]);
    expect(await readSpecialist(dir)).toEqual(manifest);
    expect(manifest.evaluation.estimate.value).toBe(0.775);
  });

  test('is the same one when made twice from the same things, and another when anything differs', async () => {
    const first = await make();
    const second = await make();
    expect(second.dir).toBe(first.dir);
    expect(second.manifest.createdAt).toBe(first.manifest.createdAt);
    const other = await make(await parameters({ labelTokens: [[1], [4]] }));
    expect(other.dir).not.toBe(first.dir);
  });

  test.each(['model.gguf', 'adapter/adapter_config.json'])('is refused when %s was changed', async name => {
    const { dir } = await make();
    await rm(join(dir, name));
    await writeFile(join(dir, name), 'other');
    await expect(readSpecialist(dir)).rejects.toMatchObject({ code: 'specialist-changed', exitCode: 4 });
  });

  test('is refused when its manifest was edited, and made again beside the edited one', async () => {
    const { dir } = await make();
    const path = join(dir, 'manifest.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('0.775', '0.999'));
    await expect(readSpecialist(dir)).rejects.toMatchObject({ code: 'specialist-changed' });
    expect((await readSpecialist((await make()).dir)).evaluation.estimate.value).toBe(0.775);
  });

  test('exports every format whole, and not into a folder with something in it', async () => {
    const { dir } = await make();
    const target = join(workspaceDir, 'exported');
    const request = {
      specialistDir: dir,
      dir: target,
      formats: ['gguf', 'adapter', 'ollama', 'card'] as const,
      template,
    };
    const files = await exportSpecialist(request);
    expect(files.map(file => file.kind)).toEqual([
      'gguf-Q8_0',
      'modelfile',
      'adapter-peft',
      'model-card',
      'manifest',
    ]);
    expect(await readFile(join(target, 'fault-triage-Q8_0.gguf'), 'utf8')).toBe('GGUF weights');
    const again = exportSpecialist(request);
    await expect(again).rejects.toMatchObject({ code: 'export-not-empty', exitCode: 2 });
    const overFile = exportSpecialist({ ...request, dir: join(target, 'Modelfile') });
    await expect(overFile).rejects.toMatchObject({ code: 'export-not-empty', message: /is a file$/ });
  });

  test('is exported into an empty folder without putting another in its place', async () => {
    const { dir } = await make();
    const target = join(workspaceDir, 'mounted');
    // As an export that was killed leaves it.
    await mkdir(join(target, '.part-1'), { recursive: true });
    const before = await stat(target);
    await exportSpecialist({ specialistDir: dir, dir: target, formats: ['gguf', 'card'], template });
    expect((await stat(target)).ino).toBe(before.ino);
    expect((await readdir(target)).sort()).toEqual(['README.md', 'fault-triage-Q8_0.gguf', 'manifest.json']);
  });

  test('stays what it is when an exported file is edited in place', async () => {
    const { dir, manifest } = await make();
    const card = await readFile(join(dir, 'README.md'), 'utf8');
    const target = join(workspaceDir, 'exported');
    await exportSpecialist({ specialistDir: dir, dir: target, formats: ['gguf', 'card'], template });
    for (const name of await readdir(target)) await writeFile(join(target, name), 'edited');
    expect(await readFile(join(dir, 'README.md'), 'utf8')).toBe(card);
    expect(await readSpecialist(dir)).toEqual(manifest);
  });
});

describe('the Modelfile', () => {
  const facts = { prompt: { instruction: '', system: null, maxAnswerTokens: 12 }, contextTokens: 512 };

  test('writes the text of training around the input', () => {
    expect(modelfile(facts, template, 'm.gguf')).toContain(
      'TEMPLATE """<|im_start|>user\n{{ .Prompt }}<|im_end|>\n<|im_start|>assistant\n"""',
    );
  });

  test('leaves out a begin token that the runtime adds, and keeps the system message of training', () => {
    const withBos = {
      ...template,
      render: (m: Parameters<typeof template.render>[0]) => `<s>${template.render(m)}`,
    };
    const text = modelfile(
      { ...facts, prompt: { ...facts.prompt, system: 'Be {{brief}}.' } },
      withBos,
      'm.gguf',
    );
    expect(text).toContain('TEMPLATE """<|im_start|>system\nBe {{ "{{" }}brief}}.<|im_end|>');
  });

  test('is refused for a template that changes the input', () => {
    const shouting = { ...template, render: () => 'INPUT' };
    expect(() => modelfile(facts, shouting, 'm.gguf')).toThrow(/keep the input/);
  });
});

test('the model card states every system with its interval and n', async () => {
  const { facts, evaluation } = await parameters();
  const artifact = { kind: 'x', path: 'x', sha256: 'a'.repeat(64), sizeBytes: 1 };
  const card = modelCard(
    {
      schemaVersion: 1,
      ...facts,
      files: { model: artifact, adapterGguf: null, adapterPeft: null },
      evaluation: {
        metric: 'accuracy',
        estimate: evaluation.quantizations[1]!.score,
        sha256: 'a'.repeat(64),
      },
    },
    evaluation,
    'org/smollm2',
  );
  expect(card).toContain('| Specialist (Q8_0) | 0.780 [0.710, 0.850], n = 124 |');
  expect(card).toContain('license: apache-2.0');
  expect(card).toContain('base_model: "org/smollm2"');
  expect(card).toContain('with 95 % intervals');
});

test('a model card names a licence as hubs spell it, and coverage as it was asked for', async () => {
  const cardOf = async (licence: string) => {
    const given = await parameters({ base: { ...(await parameters()).facts.base, licence } });
    const quantizations = given.evaluation.quantizations.map(each => ({
      ...each,
      score: { ...each.score, confidence: 0.9 },
    }));
    const { dir } = await make({ ...given, evaluation: { ...given.evaluation, quantizations } });
    return readFile(join(dir, 'README.md'), 'utf8');
  };
  expect(await cardOf('Llama-3.2-Community')).toContain('license: llama3.2\n');
  const own = await cardOf('Ours: ask #legal');
  expect(own).toContain('license: other\nlicense_name: "Ours: ask #legal"\n');
  expect(own).toContain('with 90 % intervals');
});
