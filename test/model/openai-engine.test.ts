import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatModel } from '../../src/core/chat-model.ts';
import { createEngine } from '../../src/engines/engine.ts';
import { smallModelSpec } from './engine-weights.ts';
import { type LlamaServer, startLlamaServer } from './llama-server.ts';

let server: LlamaServer;
let model: ChatModel;
const ask = (content: string) => [{ role: 'user' as const, content }];

beforeAll(async () => {
  const { modelPath } = await smallModelSpec();
  server = await startLlamaServer(modelPath);
  model = await createEngine().open({
    kind: 'remote',
    id: 'real-server',
    baseUrl: `${server.address}/v1`,
    model: 'smollm2',
    apiKey: null,
    price: { input: 1, cachedInput: 1, output: 1 },
    timeoutMs: 120_000,
    maxRetries: 3,
  });
});
afterAll(async () => {
  await model?.close();
  server?.stop();
});

test('a real server answers, with usage, cost and log-probabilities', async () => {
  const answer = await model.generate({
    messages: ask('What is the capital of France?'),
    maxTokens: 24,
    topLogprobs: 2,
  });
  // The server applies its own chat template, so what it says is not ours to assert; the protocol is.
  expect(answer.text).not.toBe('');
  expect(['stop', 'length']).toContain(answer.finishReason);
  expect(answer.usage.promptTokens).toBeGreaterThan(0);
  expect(answer.usage.costUsd).toBeCloseTo(
    (answer.usage.promptTokens + answer.usage.completionTokens) / 1e6,
    12,
  );
  expect(answer.logprobs![0]!.logprob).toBeLessThanOrEqual(0);
});

test('a real server streams the text it generates', async () => {
  const request = { messages: ask('What is the capital of France?'), maxTokens: 16 };
  const whole = await model.generate(request);
  let text = '';
  for await (const chunk of model.stream(request)) text += chunk.text;
  expect(text).toBe(whole.text);
});

test('a real server keeps to a JSON Schema', async () => {
  const answer = await model.generate({
    messages: ask('Is a pump a machine? Answer as JSON.'),
    maxTokens: 40,
    jsonSchema: { type: 'object', properties: { kind: { enum: ['yes', 'no'] } }, required: ['kind'] },
  });
  expect(['yes', 'no']).toContain((JSON.parse(answer.text) as { kind: string }).kind);
});
