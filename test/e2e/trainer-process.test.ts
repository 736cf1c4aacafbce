import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StepdownError } from '../../src/core/errors/index.ts';
import { TorchTrainer } from '../../src/trainers/torch/torch-trainer.ts';
import { runTrainer } from '../../src/trainers/torch/trainer-process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-trainer-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program in place of Python: real processes, real pipes, real signals. */
async function program(body: string) {
  const pythonPath = join(folder, 'python');
  await writeFile(
    pythonPath,
    `#!${process.execPath}\nconst say = event => process.stdout.write(JSON.stringify(event) + '\\n');\nconst [, , , , verb, , , request] = process.argv;\n${body}\n`,
  );
  await chmod(pythonPath, 0o755);
  return { pythonPath, trainerDir: folder, environment: null, graceMs: 300 };
}

const progress =
  "{event:'progress',step:1,totalSteps:2,epoch:0.5,loss:1,learningRate:0.1,tokensPerSecond:9,etaSeconds:1,memoryBytes:5}";

test('progress, status and result arrive; noise between the lines does no harm', async () => {
  const command = await program(
    `console.log('a library says hello'); say({event:'status',text:'working'}); say(${progress}); say({event:'result',result:{verb}});`,
  );
  const seen: unknown[] = [];
  const result = await runTrainer(command, 'info', null, {
    onStatus: text => seen.push(text),
    onProgress: step => seen.push(step.step),
  });
  expect(result).toEqual({ verb: 'info' });
  expect(seen).toEqual(['working', 1]);
});

test('the trainer is told to end with its parent, and has a pipe that ends so', async () => {
  const command = await program(
    "const stdin = require('node:fs').fstatSync(0); say({event:'result',result:{told:process.argv.includes('--end-with-parent'),pipe:stdin.isFIFO()||stdin.isSocket()}});",
  );
  expect(await runTrainer(command, 'info', null)).toEqual({ told: true, pipe: true });
});

test('an error event becomes the error it names', async () => {
  const command = await program(
    "say({event:'error',category:'data',code:'rows-too-long',message:'m',hint:'h',details:{}}); process.exitCode = 4;",
  );
  await expect(runTrainer(command, 'train', null)).rejects.toMatchObject({
    code: 'rows-too-long',
    exitCode: 4,
  });
});

test('a process that is killed from outside is reported as out of memory', async () => {
  const command = await program("process.kill(process.pid, 'SIGKILL');");
  await expect(runTrainer(command, 'train', null)).rejects.toMatchObject({ code: 'out-of-memory' });
});

test('a crash carries the end of the log, without secrets', async () => {
  const command = await program("console.error('TOKEN=verysecretvalue\\nboom'); process.exit(1);");
  const error = (await runTrainer(command, 'train', null).catch(reason => reason)) as StepdownError;
  expect(error).toMatchObject({ code: 'trainer-failed', exitCode: 1 });
  expect(error.details['log']).toContain('boom');
  expect(error.details['log']).not.toContain('verysecretvalue');
});

test('a result without a clean end is no result', async () => {
  const command = await program("say({event:'result',result:{}}); process.exitCode = 1;");
  await expect(runTrainer(command, 'train', null)).rejects.toMatchObject({ code: 'trainer-failed' });
});

test('an abort asks first, so that a checkpoint can be written', async () => {
  const command = await program(
    "process.on('SIGINT', () => { say({event:'error',category:'interrupted',code:'interrupted',message:'Stopped at step 3',hint:'h',details:{}}); process.exit(130); }); say({event:'status',text:'ready'}); setInterval(() => {}, 1000);",
  );
  const stop = new AbortController();
  const run = runTrainer(command, 'train', null, { signal: stop.signal, onStatus: () => stop.abort() });
  await expect(run).rejects.toMatchObject({ exitCode: 130, message: 'Stopped at step 3' });
});

test('a process that does not stop is ended by force after the grace time', async () => {
  const command = await program(
    "process.on('SIGINT', () => {}); say({event:'status',text:'ready'}); setInterval(() => {}, 1000);",
  );
  const stop = new AbortController();
  const run = runTrainer(command, 'train', null, { signal: stop.signal, onStatus: () => stop.abort() });
  await expect(run).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
});

test('an interpreter that is not there is a damaged environment', async () => {
  const command = { pythonPath: join(folder, 'none'), trainerDir: folder, environment: null, graceMs: 1 };
  await expect(runTrainer(command, 'info', null)).rejects.toMatchObject({ code: 'environment-failed' });
});

test('answers are read from the output file and the request file is removed', async () => {
  const { pythonPath } = await program(
    "const plan = JSON.parse(require('node:fs').readFileSync(request, 'utf8')); const answer = {id:'a',text:'x',promptTokens:[1],answerTokens:[2],finishReason:'stop',best:null}; require('node:fs').writeFileSync(plan.outputFile, JSON.stringify(answer) + '\\n'); say({event:'result',result:{rows:1}});",
  );
  const trainer = new TorchTrainer({
    trainerDir: folder,
    ensurePython: async () => pythonPath,
    llamaCpp: null,
  });
  const answers = await trainer.answer({
    baseDir: folder,
    adapterDir: null,
    promptsFile: join(folder, 'prompts.jsonl'),
    outputFile: join(folder, 'answers.jsonl'),
    labels: null,
    endOfTurn: '<end>',
    maxAnswerTokens: 4,
    threads: null,
  });
  expect(answers).toEqual([
    { id: 'a', text: 'x', promptTokens: [1], answerTokens: [2], finishReason: 'stop', best: null },
  ]);
  expect((await readdir(folder)).sort()).toEqual(['answers.jsonl', 'python']);
});
