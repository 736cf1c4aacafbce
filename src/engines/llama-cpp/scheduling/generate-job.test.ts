import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../decoding/sampling.ts';
import type { Context } from '../native/context.ts';
import type { BatchToken } from '../native/decode-batch.ts';
import { AnswerDrafts } from './answer-drafts.ts';
import { GenerateJob, type GenerateOptions } from './generate-job.ts';
import { Scheduler } from './scheduler.ts';

const vocabularySize = 16;
const end = 0;

/** The cache of a model whose next token follows from all tokens before it; refuses what llama.cpp would refuse. */
class TinyContext {
  readonly promptSequences = 2;
  readonly weights = { vocabularySize, piece: (token: number) => Buffer.from(`<${token}>`) };
  calls = 0;
  readonly #cells = new Map<number, number[]>();
  #logits: (Float32Array | null)[] = [];
  readonly #next: (tokens: readonly number[]) => Float32Array;

  constructor(next: (tokens: readonly number[]) => Float32Array) {
    this.#next = next;
  }

  async decode(batch: readonly BatchToken[]): Promise<void> {
    this.calls += 1;
    this.#logits = batch.map(({ token, position, sequences, output }) => {
      const cells = this.#cells.get(sequences[0]!) ?? [];
      if (cells.length !== position) throw new Error(`Position ${position} after ${cells.length} cells`);
      this.#cells.set(sequences[0]!, [...cells, token]);
      return output ? this.#next([...cells, token]) : null;
    });
  }

  logits(index: number): Float32Array {
    return this.#logits[index]!;
  }

  remove(sequence: number, from: number): void {
    this.#cells.set(sequence, (this.#cells.get(sequence) ?? []).slice(0, from));
  }

  copy(from: number, to: number, length: number): void {
    this.#cells.set(to, (this.#cells.get(from) ?? []).slice(0, length));
  }
}

/** Logits that make one token nearly certain. */
function certain(token: number): Float32Array {
  return Float32Array.from({ length: vocabularySize }, (_, id) => (id === token ? 20 : 0));
}

/** Answers with the tokens of `answers[last token of the prompt]`, then ends. */
const reciting = (answers: readonly (readonly number[])[]) => (tokens: readonly number[]) =>
  certain(answers[tokens[1]!]?.[tokens.length - 2] ?? end);

function options(prompt: readonly number[], drafts: AnswerDrafts | null): GenerateOptions {
  return {
    prompt,
    maxTokens: 12,
    temperature: 0,
    random: seededRandom(1),
    stop: [],
    endsAt: token => token === end,
    grammar: null,
    drafts,
    topLogprobs: null,
    onText: () => undefined,
  };
}

/** Asks one prompt after another; gives answers and the decode calls of each. */
async function ask(
  next: (tokens: readonly number[]) => Float32Array,
  requests: readonly (Partial<GenerateOptions> & { readonly prompt: readonly number[] })[],
  drafts: AnswerDrafts | null,
) {
  const context = new TinyContext(next);
  const scheduler = new Scheduler(context as unknown as Context, 2, 64);
  const answers = [];
  const calls = [];
  for (const request of requests) {
    const before = context.calls;
    const job = new GenerateJob({ ...options(request.prompt, drafts), ...request });
    await scheduler.run(job, undefined);
    answers.push({ text: job.text, tokens: job.completionTokens, finish: job.finishReason });
    calls.push(context.calls - before);
  }
  return { answers, calls };
}

const answers = [
  [3, 4, 5, 6, 7],
  [3, 9, 5, 6],
  [8, 4, 5, 6, 7],
];
const prompts = (order: readonly number[]) => order.map(which => ({ prompt: [1, which] }));

test('an answer that was given before takes two calls', async () => {
  const { calls } = await ask(reciting(answers), prompts(Array(30).fill(0)), new AnswerDrafts());
  expect(calls[0]).toBe(6);
  expect(calls.at(-1)).toBe(2);
});

test('a wrong guess costs no token and leaves nothing of it in the cache', async () => {
  const order = [...Array(30).fill(0), 1, 0, 2, 1];
  const guessed = await ask(reciting(answers), prompts(order), new AnswerDrafts());
  const plain = await ask(reciting(answers), prompts(order), null);
  expect(guessed.answers).toEqual(plain.answers);
  expect(guessed.answers[30]).toEqual({ text: '<3><9><5><6>', tokens: 4, finish: 'stop' });
  expect(guessed.calls[30]).toBeLessThanOrEqual(plain.calls[30]!);
});

test('a guess never goes beyond the longest answer, a stop string or the end', async () => {
  const learned = new AnswerDrafts();
  await ask(reciting(answers), prompts(Array(30).fill(0)), learned);
  const limited = [
    { prompt: [1, 0], maxTokens: 1 },
    { prompt: [1, 0], maxTokens: 3 },
    { prompt: [1, 0], stop: ['5'] },
  ];
  const { answers: got } = await ask(reciting(answers), limited, learned);
  expect(got).toEqual([
    { text: '<3>', tokens: 1, finish: 'length' },
    { text: '<3><4><5>', tokens: 3, finish: 'length' },
    { text: '<3><4><', tokens: 3, finish: 'stop' },
  ]);
});

test('log-probabilities are told of guessed tokens as of others', async () => {
  const learned = new AnswerDrafts();
  await ask(reciting(answers), prompts(Array(30).fill(0)), learned);
  const context = new TinyContext(reciting(answers));
  const job = new GenerateJob({ ...options([1, 0], learned), topLogprobs: 1 });
  await new Scheduler(context as unknown as Context, 2, 64).run(job, undefined);
  expect(context.calls).toBe(2);
  expect(job.logprobs.map(one => one.tokenId)).toEqual(answers[0]);
  for (const { logprob } of job.logprobs) expect(logprob).toBeCloseTo(0, 5);
});

test('of a token that is a part of a character the bytes are told, which its text cannot show', async () => {
  const context = new TinyContext(reciting([[3, 4]]));
  // Of "ö", first one byte, then the other; other tokens are text.
  const pieces = new Map([
    [3, Buffer.from([0xc3])],
    [4, Buffer.from([0xb6])],
  ]);
  context.weights.piece = token => pieces.get(token) ?? Buffer.from('x');
  const job = new GenerateJob({ ...options([1, 0], null), topLogprobs: 2 });
  await new Scheduler(context as unknown as Context, 2, 64).run(job, undefined);
  expect(job.text).toBe('ö');
  expect(job.logprobs.map(({ bytes }) => bytes)).toEqual([[0xc3], [0xb6]]);
  expect(job.logprobs[0]!.top).toEqual([
    expect.objectContaining({ bytes: [0xc3] }),
    { token: 'x', logprob: expect.any(Number) },
  ]);
});

test('whatever was answered before, answers are those of one token a call, also where they are drawn', async () => {
  const request = fc.record({
    prompt: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })),
    maxTokens: fc.integer({ min: 1, max: 12 }),
    temperature: fc.constantFrom(0, 0.3, 1),
    seed: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 60 }), async requests => {
      // Mostly one answer for each prompt, with some doubt at every third place.
      const next = (tokens: readonly number[]) => {
        const likely = certain((tokens[1]! * 5 + tokens.length * 3) % 7);
        if (tokens.length % 3 === 0) likely[(tokens.at(-1)! + 5) % vocabularySize] = 20;
        return likely;
      };
      const sent = () => requests.map(({ seed, ...one }) => ({ ...one, random: seededRandom(seed) }));
      const guessed = await ask(next, sent(), new AnswerDrafts());
      const plain = await ask(next, sent(), null);
      expect(guessed.answers).toEqual(plain.answers);
      expect(guessed.calls.every((calls, index) => calls <= plain.calls[index]!)).toBe(true);
    }),
    { numRuns: 50 },
  );
});
