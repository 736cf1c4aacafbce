import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LocalModelSpec } from '../../src/core/chat-model.ts';
import type { Task } from '../../src/core/task.ts';
import { LocalModel } from '../../src/engines/llama-cpp/local-model.ts';
import { FairQueue } from '../../src/stages/serve/local/fair-queue.ts';
import { bodyOf, chat, chunksOf, serveSpecialist } from '../../src/stages/serve/local/fixtures/serving.ts';
import { smallModelSpec } from './engine-weights.ts';

const kinds: Task = { kind: 'classify', labels: ['fruit', 'fruit juice', 'animal', 'tool'] };
const text: Task = { kind: 'generate' };
let spec: LocalModelSpec;
let model: LocalModel;

beforeAll(async () => {
  spec = await smallModelSpec();
  model = await LocalModel.open({ ...spec, sequences: 4, cacheTokens: 512 });
});
afterAll(() => model?.close());

type Whole = {
  choices: { message: { content: string }; logprobs: { content: { logprob: number }[] } | null }[];
};
const label = async (answering: Promise<Parameters<typeof bodyOf>[0]>) =>
  (JSON.parse(await bodyOf(await answering)) as Whole).choices[0]!;

test('labels come with the probability that the engine scores, also many at once in a small cache', async () => {
  const answerer = serveSpecialist(kinds, model, new FairQueue({ slots: 4, waiting: 20 }));
  const inputs = ['apple', 'a hammer', 'the dog barks', 'orange squash', 'pear', 'a saw', 'cat', 'lemonade'];
  const together = await Promise.all(
    inputs.map(input => label(answerer.answer(chat(input, { logprobs: true, top_logprobs: 1 })))),
  );
  for (const [index, input] of inputs.entries()) {
    const messages = [{ role: 'user' as const, content: input }];
    const labels = kinds.kind === 'classify' ? kinds.labels : [];
    const { probabilities } = await model.score({ messages, labels });
    const { message, logprobs } = together[index]!;
    const alone = probabilities[labels.indexOf(message.content)]!;
    // Where a prompt's cells lie depends on the others, and with it the order of sums: see decision 0002.
    expect(alone).toBeGreaterThan(Math.max(...probabilities) - 0.03);
    expect(Math.abs(Math.exp(logprobs!.content[0]!.logprob) - alone)).toBeLessThan(0.03);
  }
});

test('the likeliest labels have the same probabilities whether the others are computed or not', async () => {
  const labels = ['card_arrival', 'card_linking', 'card_lost', 'card', 'refund', 'refund_not_showing_up'];
  const messages = [{ role: 'user' as const, content: 'Where is the card that I ordered?' }];
  const all = await model.score({ messages, labels });
  const falling = (numbers: readonly number[]) => [...numbers].sort((a, b) => b - a);
  for (const exactLabels of [1, 2, 3]) {
    const few = await model.score({ messages, labels, exactLabels });
    expect(few.best).toBe(all.best);
    expect(few.probabilities.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    for (let rank = 0; rank < exactLabels; rank += 1)
      expect(falling(few.probabilities)[rank]).toBeCloseTo(falling(all.probabilities)[rank]!, 6);
  }
});

test('JSON that a client asked for is streamed inside its schema', async () => {
  const schema = {
    type: 'object',
    properties: { colour: { enum: ['red', 'blue'] } },
    required: ['colour'],
    additionalProperties: false,
  };
  const response_format = { type: 'json_schema', json_schema: { name: 'answer', schema } };
  const answer = await serveSpecialist(text, model).answer(
    chat('Which colour is the sky?', { stream: true, response_format }),
  );
  const chunks = (await chunksOf(answer)) as unknown as { choices: { delta: { content?: string } }[] }[];
  const written = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
  expect(['red', 'blue']).toContain((JSON.parse(written) as { colour: string }).colour);
});

test('a client that leaves frees its slot and its sequence at once', async () => {
  const alone = await LocalModel.open({ ...spec, sequences: 1 });
  try {
    const queue = new FairQueue({ slots: 1, waiting: 1 });
    const answerer = serveSpecialist(text, alone, queue);
    const abort = new AbortController();
    const leaving = answerer.answer({ ...chat('Tell me a very long story.'), signal: abort.signal });
    const next = answerer.answer(chat('Say hello.'));
    abort.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'request-cancelled' });
    expect((await next).status).toBe(200);
    expect(queue.active).toBe(0);
  } finally {
    await alone.close();
  }
});
