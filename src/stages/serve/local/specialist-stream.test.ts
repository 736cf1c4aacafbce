import { describe, expect, it } from 'vitest';
import type { Task } from '../../../core/task.ts';
import { FairQueue } from './fair-queue.ts';
import { bodyOf, chat, chunksOf, fakeModel, never, serveSpecialist } from './fixtures/serving.ts';

const text: Task = { kind: 'generate' };

describe('a specialist that streams', () => {
  it('sends role, pieces, end and usage, then [DONE]', async () => {
    const answerer = serveSpecialist(text, fakeModel(() => 'all is well').model);
    const answer = await answerer.answer(
      chat('x', { stream: true, stream_options: { include_usage: true } }),
    );
    expect(answer.contentType).toContain('text/event-stream');
    const chunks = await chunksOf(answer);
    expect(chunks.map(({ choices, usage }) => [choices, usage])).toMatchObject([
      [[{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }], null],
      [[{ delta: { content: 'all ' } }], null],
      [[{ delta: { content: 'is ' } }], null],
      [[{ delta: { content: 'well' } }], null],
      [[{ delta: {}, finish_reason: 'stop' }], null],
      [[], { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 }],
    ]);
    expect(answer.record).toMatchObject({ answer: 'all is well', usage: { promptTokens: 7 } });
  });

  it('tells log-probabilities with the last piece, as many alternatives as were asked for', async () => {
    for (const [more, top] of [
      [{}, 0],
      [{ top_logprobs: 1 }, 1],
    ] as const) {
      const asked = chat('x', { stream: true, logprobs: true, ...more });
      const chunks = (await chunksOf(
        await serveSpecialist(text, fakeModel(() => 'ok').model).answer(asked),
      )) as {
        choices: { logprobs: { content: { token: string; top_logprobs: object[] }[] } | null }[];
      }[];
      expect(chunks.slice(0, -1).every(({ choices }) => choices[0]!.logprobs === null)).toBe(true);
      const { content } = chunks.at(-1)!.choices[0]!.logprobs!;
      expect(content.map(({ token }) => token)).toEqual(['o', 'k']);
      for (const { top_logprobs } of content) expect(top_logprobs).toHaveLength(top);
    }
  });

  it('says that it failed before the first byte, and by throwing after it', async () => {
    const early = fakeModel(() => Promise.reject(new Error('no memory')));
    await expect(serveSpecialist(text, early.model).answer(chat('x', { stream: true }))).rejects.toThrow(
      'no memory',
    );
    const late = fakeModel(() => 'one two');
    late.model.stream = async function* () {
      yield { text: 'one ', completion: null };
      throw new Error('gone');
    };
    const answer = await serveSpecialist(text, late.model).answer(chat('x', { stream: true }));
    await expect(bodyOf(answer)).rejects.toThrow('gone');
  });

  it('frees its slot when the answer is made, although nobody reads it', async () => {
    const queue = new FairQueue({ slots: 1, waiting: 0 });
    const answerer = serveSpecialist(text, fakeModel(() => 'all is well').model, queue);
    const unread = await answerer.answer(chat('x', { stream: true }));
    await expect.poll(() => queue.active).toBe(0);
    const second = await answerer.answer(chat('y', { stream: true }));
    expect((await chunksOf(second)).length).toBeGreaterThan(3);
    expect((await chunksOf(unread)).length).toBeGreaterThan(3);
  });

  it('ends the work at once when the reader leaves', async () => {
    const queue = new FairQueue({ slots: 1, waiting: 0 });
    const { model } = fakeModel(() => '');
    model.stream = async function* ({ signal }) {
      yield { text: 'one ', completion: null };
      await never(signal);
    };
    const answer = await serveSpecialist(text, model, queue).answer(chat('x', { stream: true }));
    if (Buffer.isBuffer(answer.body)) throw new Error('not a stream');
    for await (const _chunk of answer.body) break;
    await expect.poll(() => queue.active).toBe(0);
  });
});
