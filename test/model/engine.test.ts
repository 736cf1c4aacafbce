import { lstat, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LocalModelSpec } from '../../src/core/chat-model.ts';
import { createEngine } from '../../src/engines/engine.ts';
import { LocalModel } from '../../src/engines/llama-cpp/local-model.ts';
import { LlamaCppQuantizer } from '../../src/engines/llama-cpp/quantizer.ts';
import { smallModelSpec } from './engine-weights.ts';

let spec: LocalModelSpec;
let model: LocalModel;
const ask = (content: string) => [{ role: 'user' as const, content }];
const labels = ['card_arrival', 'card_linking', 'card_lost', 'card', 'refund', 'refund_not_showing_up'];

beforeAll(async () => {
  spec = await smallModelSpec();
  model = await LocalModel.open(spec);
});
afterAll(() => model?.close());

test('answers a simple question, with log-probabilities that are probabilities', async () => {
  const answer = await model.generate({
    messages: ask('What is the capital of France?'),
    maxTokens: 24,
    topLogprobs: 3,
  });
  expect(answer).toMatchObject({ finishReason: 'stop', text: expect.stringContaining('Paris') });
  expect(answer.logprobs).toHaveLength(answer.usage.completionTokens);
  for (const { token, logprob, top } of answer.logprobs!) {
    expect(top[0]).toEqual({ token, logprob });
    expect(top.reduce((sum, { logprob: one }) => sum + Math.exp(one), 0)).toBeLessThanOrEqual(1.000001);
  }
});

test('tokenises special tokens as one id and adds none', () => {
  expect(model.tokenize(spec.template.endOfTurn)).toHaveLength(1);
  expect(model.tokenize('a')).toHaveLength(1);
  expect(() => model.verifyLabelTokens(['card'], model.labelTokens(['card']))).not.toThrow();
  expect(() => model.verifyLabelTokens(['card'], [[1, 2]])).toThrow(
    expect.objectContaining({ code: 'label-tokens-differ' }),
  );
});

test('streams the same text as it generates, and reuses the prefix', async () => {
  const request = { messages: ask('Name three colours.'), maxTokens: 16 };
  const whole = await model.generate(request);
  let text = '';
  let last = null;
  for await (const chunk of model.stream(request)) {
    text += chunk.text;
    last = chunk.completion ?? last;
  }
  expect(text).toBe(whole.text);
  expect(last?.usage.cachedTokens).toBe(whole.usage.promptTokens - 1);
});

test('samples the same text for the same seed', async () => {
  const request = { messages: ask('Tell me a story.'), maxTokens: 12, temperature: 1.5 };
  const texts = [];
  for (const seed of [1, 1, 2]) texts.push((await model.generate({ ...request, seed })).text);
  expect(texts[0]).toBe(texts[1]);
  expect(texts[0]).not.toBe(texts[2]);
});

test('gives JSON that satisfies the schema even when sampling wildly', async () => {
  const jsonSchema = {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 8 },
      kind: { enum: ['pump', 'valve'] },
      tags: { type: 'array', items: { type: 'integer' }, maxItems: 2 },
    },
    required: ['name', 'kind'],
    additionalProperties: false,
  };
  const answer = await model.generate({
    messages: ask('Describe the machine.'),
    maxTokens: 120,
    temperature: 1.2,
    seed: 5,
    jsonSchema,
  });
  const value = JSON.parse(answer.text) as { name: string; kind: string };
  expect(answer.finishReason).toBe('stop');
  expect(['pump', 'valve']).toContain(value.kind);
  expect([...value.name].length).toBeLessThanOrEqual(8);
});

test('scores labels as decoding each of them alone under the constraint does', async () => {
  const messages = ask('Where is the card that I ordered?');
  const { probabilities, best } = await model.score({ messages, labels });
  const tokens = model.labelTokens(labels);
  const prompt = spec.template.render(messages);
  expect(probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
  expect(best).toBe(labels[probabilities.indexOf(Math.max(...probabilities))]);
  // One token at a time: the full distribution after each prefix, renormalised over what other labels allow.
  const alone = await LocalModel.open({
    ...spec,
    sequences: 1,
    template: { ...spec.template, render: ([one]) => one!.content },
  });
  try {
    for (const [index, label] of tokens.entries()) {
      let probability = 1;
      for (let at = 0; at < label.length; at += 1) {
        const same = tokens.filter(other =>
          label.slice(0, at).every((token, place) => other[place] === token),
        );
        const allowed = [...new Set(same.map(other => other[at]!))];
        if (allowed.length < 2) continue;
        const text = prompt + alone.detokenize(label.slice(0, at));
        const logprobs = await alone.nextLogprobs(text, allowed);
        const total = logprobs.reduce((sum, one) => sum + Math.exp(one), 0);
        probability *= Math.exp(logprobs[allowed.indexOf(label[at]!)]!) / total;
      }
      expect(Math.abs(probability - probabilities[index]!)).toBeLessThan(1e-6);
    }
  } finally {
    await alone.close();
  }
});

test('serves more requests at once than it has sequences, with the answers of one at a time', async () => {
  const questions = ['What is the capital of France?', 'What is 2 + 2?', 'Say hello.', 'Name a colour.'];
  const run = (content: string) => model.generate({ messages: ask(content), maxTokens: 8 });
  const together = await Promise.all([
    ...questions.map(run),
    model.score({ messages: ask('lost my card'), labels }),
  ]);
  expect(together).toHaveLength(5);
  for (const [index, question] of questions.entries())
    expect((together[index] as Awaited<ReturnType<typeof run>>).text).toBe((await run(question)).text);
});

test('guesses from earlier answers change no answer, alone and beside others', async () => {
  const guessing = await LocalModel.open({ ...spec, draftsAnswers: true });
  try {
    const questions = ['What is the capital of France?', 'Say hello.'];
    for (const question of questions) {
      const request = { messages: ask(question), maxTokens: 24 };
      const { text } = await model.generate(request);
      for (let time = 0; time < 6; time += 1) expect((await guessing.generate(request)).text).toBe(text);
    }
    const jsonSchema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
    const together = { messages: ask('Say hello.'), maxTokens: 24 };
    const valid = { messages: ask('Is water wet?'), maxTokens: 24, jsonSchema };
    const answers = await Promise.all(
      [1, 2, 3].flatMap(() => [together, valid]).map(r => guessing.generate(r)),
    );
    const plain = (await model.generate(together)).text;
    for (const [index, { text }] of answers.entries())
      if (index % 2 === 0) expect(text).toBe(plain);
      else expect(JSON.parse(text)).toEqual({ ok: expect.any(Boolean) });
  } finally {
    await guessing.close();
  }
});

test('a cancelled request frees its slot, also when a stream is left early', async () => {
  const abort = new AbortController();
  const long = { messages: ask('Write a very long story.'), maxTokens: 400 };
  // One slot streams; of the others one runs and two wait.
  let doomed: ReturnType<typeof model.generate>[] = [];
  let chunks = 0;
  for await (const _chunk of model.stream(long)) {
    if (chunks === 0) doomed = [1, 2, 3].map(() => model.generate({ ...long, signal: abort.signal }));
    chunks += 1;
    if (chunks === 3) break;
  }
  abort.abort();
  for (const outcome of await Promise.allSettled(doomed))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'request-cancelled' } });
  expect(
    (await model.generate({ messages: ask('Say hello.'), maxTokens: 4 })).usage.completionTokens,
  ).toBeGreaterThan(0);
});

test('refuses an input longer than the context', async () => {
  for (const words of [600, 4_000_000])
    await expect(
      model.generate({ messages: ask('word '.repeat(words)), maxTokens: 1 }),
    ).rejects.toMatchObject({ code: 'input-too-long' });
});

test('shares the weights between models on one file', async () => {
  const before = process.memoryUsage().rss;
  const second = await LocalModel.open({ ...spec, sequences: 1 });
  const after = process.memoryUsage().rss;
  await second.close();
  expect(after - before).toBeLessThan((await stat(spec.modelPath)).size);
});

test('says what is wrong with a missing and with a broken file', async () => {
  const broken = join(tmpdir(), `broken-${process.pid}.gguf`);
  await writeFile(broken, (await readFile(spec.modelPath)).subarray(0, 2_000_000));
  const engine = createEngine();
  await expect(engine.open({ ...spec, modelPath: '/nowhere.gguf' })).rejects.toMatchObject({
    code: 'model-missing',
  });
  await expect(engine.open({ ...spec, modelPath: broken })).rejects.toMatchObject({ code: 'gguf-invalid' });
  const quantizer = new LlamaCppQuantizer({ validate: async () => undefined });
  const outputFile = `${broken}.out`;
  await expect(
    quantizer.quantize({ inputFile: broken, outputFile, type: 'Q8_0', threads: 1 }),
  ).rejects.toMatchObject({ code: 'gguf-invalid' });
  await expect(stat(outputFile)).rejects.toMatchObject({ code: 'ENOENT' });
  await rm(broken);
});

test('tells of a full disk while quantising, and leaves no file', async () => {
  const outputFile = join(tmpdir(), `full-${process.pid}.gguf`);
  // Linux's own full disk, under the name that the file is written by before it takes its place.
  const part = `${outputFile}.${process.pid}.part`;
  await symlink('/dev/full', part);
  const quantizer = new LlamaCppQuantizer({ validate: async () => undefined });
  await expect(
    quantizer.quantize({ inputFile: spec.modelPath, outputFile, type: 'Q4_0', threads: 1 }),
  ).rejects.toMatchObject({ code: 'disk-full', exitCode: 3 });
  for (const left of [outputFile, part]) await expect(lstat(left)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('quantises to a file that opens and answers, and says how many tensors fell back', async () => {
  const outputFile = join(tmpdir(), `quantized-${process.pid}.gguf`);
  const quantizer = new LlamaCppQuantizer({ validate: async () => undefined });
  const result = await quantizer.quantize({
    inputFile: spec.modelPath,
    outputFile,
    type: 'Q4_K_M',
    threads: 1,
  });
  expect(result.sizeBytes).toBe((await stat(outputFile)).size);
  // Rows of 576 do not divide by 256.
  expect(result.fallbackTensors).toBeGreaterThan(0);
  const small = await LocalModel.open({ ...spec, modelPath: outputFile });
  const answer = await small.generate({ messages: ask('What is the capital of France?'), maxTokens: 24 });
  expect(answer.text).toContain('Paris');
  await small.close();
  await rm(outputFile);
});

test.skipIf(process.platform !== 'linux')(
  'keeps its threads between requests, and ends them with itself',
  async () => {
    const threads = async () => (await readdir('/proc/self/task')).length;
    const settled = async (wanted: (count: number) => boolean) =>
      await vi.waitFor(async () => expect(await threads()).toSatisfy(wanted));
    // The threads that wait for calls of the library are there from now on.
    await model.generate({ messages: ask('Say A.'), maxTokens: 2 });
    const before = await threads();
    const own = await LocalModel.open({ ...spec, threads: 3 });
    await own.generate({ messages: ask('Say A.'), maxTokens: 2 });
    await settled(count => count >= before + 2);
    await own.close();
    await settled(count => count <= before);
  },
);
