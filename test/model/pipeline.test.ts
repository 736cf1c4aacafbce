import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PipelineResult } from '../../src/app/app.ts';
import { renderedByServer, startLlamaServer } from './llama-server.ts';

const root = join(import.meta.dirname, '..', '..');
const cli = join(root, 'dist', 'cli', 'main.js');
const labels = ['Leaking', 'Electrical', 'Vibration', 'Overheating'];
let workspace: string;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said on stderr so far. */
  readonly said: () => string;
}

function start(args: string[]): Started {
  const child = spawn(process.execPath, [cli, ...args, '--workspace', workspace], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  return { child, ended, said: () => stderr };
}

const stepdown = (...args: string[]) => start(args).ended;

/** Waits for something that another process brings about. */
async function until(happened: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (let waited = 0; waited < 300_000; waited += 100) {
    if (await happened()) return;
    await delay(100);
  }
  throw new Error(`never saw ${what}`);
}

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'stepdown-pipeline-'));
  await mkdir(join(workspace, 'data'));
  for (const name of ['train', 'test']) {
    const text = await readFile(join(root, 'examples', 'fault-triage', 'data', `${name}.jsonl`), 'utf8');
    const rows = text.split('\n').filter(line => labels.some(label => line.includes(`"output":"${label}"`)));
    await writeFile(join(workspace, 'data', `${name}.jsonl`), `${rows.join('\n')}\n`);
  }
  await writeFile(
    join(workspace, 'stepdown.yaml'),
    `name: four-faults
task: { kind: classify, maxAnswerTokens: 8 }
data:
  sources: [{ file: data/train.jsonl }, { file: data/test.jsonl, split: test }]
  split: { validation: 0.2 }
  licence: Apache-2.0
effort: quick
train: { epochs: 3 }
quantize: { types: [F16, Q8_0, Q4_0] }
evaluate: { systems: [floors, base, adapter], forgetting: { rows: 20 } }
`,
  );
});

afterAll(() => rm(workspace, { recursive: true, force: true }));

const checkpoints = async () => {
  const work = join(workspace, '.stepdown', 'work');
  const names = existsSync(work) ? await readdir(work, { recursive: true }) : [];
  return names.filter(name => /train-[^/]+\/training\/.*\.safetensors$/.test(name));
};

describe('the whole path on real weights', () => {
  test('keeps a second process out, survives kill -9 in training and as each stage begins, and goes on to the end', async () => {
    const first = start(['run']);
    await until(() => existsSync(join(workspace, '.stepdown', 'lock.holder')), 'the lock');
    const second = await stepdown('run', '--json');
    expect(second.code).toBe(3);
    expect(JSON.parse(second.stdout).error.code).toBe('workspace-busy');

    await until(async () => (await checkpoints()).length > 0, 'a checkpoint');
    first.child.kill('SIGKILL');
    await first.ended;
    for (const beginning of [
      'Data:',
      'Base:',
      'Train:',
      'Quantize:',
      'Evaluate:',
      'Specialist:',
      'Report:',
    ]) {
      const run = start(['run']);
      await until(() => run.said().includes(beginning), beginning);
      run.child.kill('SIGKILL');
      await run.ended;
    }

    const { code, stdout, stderr } = await stepdown('run', '--json');
    expect(code, stderr).toBe(0);
    const result = JSON.parse(stdout) as PipelineResult;
    const { evaluation } = result;
    expect(evaluation?.parity).toMatchObject({ pass: true, tokenMismatches: 0 });
    const accuracy = (id: string) =>
      evaluation?.systems.find(system => system.id === id)?.metrics['accuracy'];
    // Far above what the untuned model and the commonest label reach, with room for chance.
    expect(accuracy('specialist')?.value).toBeGreaterThan(0.6);
    expect(accuracy('base')?.value).toBeLessThan(0.6);
    expect(evaluation?.quantizations.map(quantization => quantization.id)).toEqual(
      expect.arrayContaining(['F16', 'Q8_0', 'Q4_0', 'adapter']),
    );
    expect(evaluation?.forgetting?.base.n).toBe(20);
    expect(await readFile(join(workspace, result.report!), 'utf8')).toContain('four-faults');

    const runs = JSON.parse((await stepdown('runs', 'list', '--json')).stdout).runs as {
      stage: string;
      status: string;
    }[];
    const trained = runs.filter(run => run.stage === 'train').map(run => run.status);
    expect(trained[0]).toBe('completed');
    expect(new Set(trained.slice(1))).toEqual(new Set(['interrupted']));
  });

  test('does nothing again when nothing changed', async () => {
    const { stdout } = await stepdown('run', '--json');
    const { stages } = JSON.parse(stdout) as PipelineResult;
    expect(new Set(stages.map(stage => stage.outcome))).toEqual(new Set(['unchanged']));
  });

  test('does only what a change touches: another gate leaves training alone', async () => {
    const path = join(workspace, 'stepdown.yaml');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('rows: 20 }', 'rows: 21 }'));
    const { stdout } = await stepdown('evaluate', '--json');
    const { stages } = JSON.parse(stdout) as PipelineResult;
    expect(Object.fromEntries(stages.map(stage => [stage.stage, stage.outcome]))).toMatchObject({
      train: 'unchanged',
      quantize: 'unchanged',
      evaluate: 'ran',
    });
  });

  test('answers one input with the probability of every label, and a file with bad rows in their place', async () => {
    const { stdout, code, stderr } = await stepdown('predict', 'oil leak at the pump', '--json');
    expect(code, stderr).toBe(0);
    const answer = JSON.parse(stdout) as { text: string; labels: { probability: number }[] };
    expect(labels).toContain(answer.text);
    expect(answer.labels.reduce((sum, label) => sum + label.probability, 0)).toBeCloseTo(1, 5);

    const input = join(workspace, 'in.jsonl');
    const output = join(workspace, 'out.jsonl');
    await writeFile(input, '{"input":"vibrating"}\nnot json\n{"id":"x","input":"too hot"}\n');
    const file = await stepdown('predict', '--file', input, '--output', output, '--json');
    expect(JSON.parse(file.stdout)).toMatchObject({ rows: 3, failures: 1, unusable: 1 });
    expect(file.code).toBe(4);
    const rows = (await readFile(output, 'utf8'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(rows.map(row => [row.id, row.error === null])).toEqual([
      ['1', true],
      ['2', false],
      ['x', true],
    ]);
  });

  test('exports what other programs read', async () => {
    const { code, stderr } = await stepdown('export', join(workspace, 'exported'));
    expect(code, stderr).toBe(0);
    const names = await readdir(join(workspace, 'exported'));
    expect(names).toEqual(expect.arrayContaining(['Modelfile', 'README.md', 'adapter', 'adapter.gguf']));
    const modelfile = await readFile(join(workspace, 'exported', 'Modelfile'), 'utf8');
    expect(modelfile).toContain('<|im_start|>user\n{{ .Prompt }}<|im_end|>\n<|im_start|>assistant\n');
    // The base brings a template with a system prompt of its own, which was not trained.
    const file = names.find(name => name.endsWith('.gguf') && name !== 'adapter.gguf')!;
    const server = await startLlamaServer(join(workspace, 'exported', file));
    try {
      expect(await renderedByServer(server, [{ role: 'user', content: 'oil leak' }])).toBe(
        '<|im_start|>user\noil leak<|im_end|>\n<|im_start|>assistant\n',
      );
    } finally {
      server.stop();
    }
  });
});
