import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CascadePolicy } from '../../../core/cascade.ts';
import { InterruptedError, UpstreamError } from '../../../core/errors/index.ts';
import type { ServeAnswer } from '../answerer.ts';
import { type CascadeAnswererOptions, createCascadeAnswerer } from './cascade-answerer.ts';
import { FairQueue } from './fair-queue.ts';
import {
  bodyOf,
  chat,
  chunksOf,
  fakeLarge,
  fakeModel,
  faults,
  never,
  serveSpecialist,
} from './fixtures/serving.ts';

/** Local from a probability of 0.5 on; audits draws below 0.1. */
const policy: CascadePolicy = {
  decide({ signals, valid, failure, draw }) {
    const confidence = signals['probability'] ?? null;
    if (failure !== null) return { route: 'large', reason: failure, confidence: null };
    if (valid === false) return { route: 'large', reason: 'invalid-output', confidence };
    if ((confidence ?? 0) < 0.5) return { route: 'large', reason: 'low-confidence', confidence };
    if (draw < 0.1) return { route: 'large', reason: 'audit-sample', confidence };
    return { route: 'local', reason: null, confidence };
  },
};

function cascade(
  model: ReturnType<typeof fakeModel>['model'],
  { large, requests }: ReturnType<typeof fakeLarge>,
  options: Partial<CascadeAnswererOptions> = {},
  queue?: FairQueue,
) {
  const answerer = createCascadeAnswerer({
    specialist: serveSpecialist(faults, model, queue),
    large,
    policy,
    signals: ({ scores }) => ({ probability: scores === null ? null : Math.max(...scores.probabilities) }),
    signalLogprobs: null,
    localDeadlineMs: 1_000,
    draw: () => 0.5,
    ...options,
  });
  return { answerer, requests };
}

const unsure = { signals: () => ({ probability: 0.2 }) };
const leaking = () => fakeModel(() => 'Leaking').model;

describe('the cascade', () => {
  describe('whose specialist is on servers that charge', () => {
    const usage = { promptTokens: 7, completionTokens: 2, cachedTokens: 0 };
    /** Each answer costs 0.25; the `broken`th comes too late. */
    const charging = (broken: number) => {
      let turn = 0;
      const { model } = fakeModel(() => 'Leaking', { score: false, logprobs: false, jsonSchema: false });
      return {
        ...model,
        generate: async (request: Parameters<typeof model.generate>[0]) => {
          if (++turn >= broken) throw new InterruptedError('request-cancelled', 'late', 'Wait.');
          return { ...(await model.generate(request)), usage: { ...usage, costUsd: 0.25 } };
        },
      };
    };
    const large = (change: (answer: ServeAnswer) => ServeAnswer = answer => answer) => {
      const fake = fakeLarge('{}');
      const answer = async (request: Parameters<typeof fake.large.answer>[0]) => {
        const found = await fake.large.answer(request);
        found.record.usage = { ...usage, costUsd: 1 };
        return change(found);
      };
      return { large: { ...fake.large, answer }, requests: fake.requests };
    };
    const down = () => fakeLarge('', () => new UpstreamError('upstream-unreachable', 'down', 'Wait.'));
    const halting = () =>
      large(answer => ({
        ...answer,
        // biome-ignore lint/correctness/useYield: it breaks before its first piece
        body: (async function* () {
          throw new UpstreamError('upstream-unreachable', 'down', 'Wait.');
        })(),
      }));
    const uncounted = () =>
      large(answer => {
        answer.record.usage = null;
        return answer;
      });
    const audit = { draw: () => 0 };
    const noTurn = Number.POSITIVE_INFINITY;

    it.each([
      ['is given out', large(), {}, noTurn, 0.25],
      ['is escalated', large(), unsure, noTurn, 0.5],
      ['is escalated to a large model that does not count', uncounted(), unsure, noTurn, 0.5],
      ['is escalated to a large model that fails', down(), unsure, noTurn, 0.5],
      ['is escalated to a large model whose stream breaks', halting(), unsure, noTurn, 0.5],
      ['is given out as its audit failed', down(), audit, noTurn, 0.25],
      ['is asked about again for too long', large(), {}, 2, 0.25],
    ] as const)(
      'books what its answer cost beside the usage where it %s',
      async (_name, to, more, broken, spent) => {
        for (const stream of [false, true]) {
          let booked = 0;
          const { answerer } = cascade(charging(broken), to, {
            signals: () => ({ probability: 0.9 }),
            secondOpinion: 'agreement',
            ...more,
          });
          const request = {
            ...chat('drips', { stream }),
            spend: (costUsd: unknown) => (booked += costUsd as number),
          };
          await answerer
            .answer(request)
            .then(bodyOf, () => null)
            .catch(() => null);
          expect(booked).toBe(spent);
        }
      },
    );
  });

  it('gives out a confident local answer and never asks the large model', async () => {
    const { answerer, requests } = cascade(leaking(), fakeLarge('{}'));
    const answer = await answerer.answer(chat('drips'));
    expect(JSON.parse(await bodyOf(answer)).choices[0].message.content).toBe('Leaking');
    expect(answer.record).toMatchObject({ route: 'local', reason: null, confidence: 0.9 });
    expect(requests).toEqual([]);
  });

  it('asks a specialist without log-probabilities again, and decides by what it says', async () => {
    let turn = 0;
    const wavering = fakeModel(() => ['Leaking', 'Noise', 'Leaking', 'Leaking'][turn++]!, {
      score: false,
      logprobs: false,
      jsonSchema: false,
    });
    const { large, requests } = fakeLarge('{}');
    const { answerer } = cascade(
      wavering.model,
      { large, requests },
      {
        secondOpinion: 'agreement',
        signals: ({ secondOpinion }) => ({ probability: secondOpinion?.agreement ?? null }),
      },
    );
    expect((await answerer.answer(chat('drips'))).record).toMatchObject({ reason: 'low-confidence' });
    expect((await answerer.answer(chat('drips'))).record).toMatchObject({ route: 'local', confidence: 1 });
    expect(requests).toHaveLength(1);
    expect(wavering.asked.map(({ temperature }) => temperature)).toEqual([0, 0.7, 0, 0.7]);
  });

  it('escalates with the request as it came, and records why and what the specialist said', async () => {
    const { answerer, requests } = cascade(leaking(), fakeLarge('{"large":1}'), unsure);
    const request = chat('drips', { top_p: 0.5 });
    const answer = await answerer.answer(request);
    expect(await bodyOf(answer)).toBe('{"large":1}');
    expect(requests[0]).toMatchObject({ raw: request.raw, body: request.body, path: request.path });
    expect(requests[0]!.timeoutMs).toBeLessThanOrEqual(request.timeoutMs);
    expect(answer.record).toMatchObject({
      route: 'large',
      reason: 'low-confidence',
      confidence: 0.2,
      localAnswer: 'Leaking',
      servedBy: 'cloud',
    });
  });

  it('streams a local answer that is complete, and passes an escalated stream through', async () => {
    const local = await cascade(leaking(), fakeLarge('')).answerer.answer(chat('drips', { stream: true }));
    const chunks = await chunksOf(local);
    expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    expect(local.record).toMatchObject({ answer: 'Leaking', confidence: 0.9 });
    const large = await cascade(leaking(), fakeLarge('data: x\n\n'), unsure).answerer.answer(
      chat('drips', { stream: true }),
    );
    expect(Buffer.isBuffer(large.body)).toBe(false);
    expect(await bodyOf(large)).toBe('data: x\n\n');
  });

  it.each([
    ['an image', chat([{ type: 'image_url' }])],
    ['a demanded tool', chat('drips', { tool_choice: { type: 'function' } })],
    ['a conversation without input', chat('')],
  ])('sends %s to the large model as out of scope', async (_what, request) => {
    const answer = await cascade(leaking(), fakeLarge('{}')).answerer.answer(request);
    expect(answer.record).toMatchObject({ route: 'large', reason: 'out-of-scope' });
  });

  it('escalates when the specialist breaks, and when its queue is full', async () => {
    const broken = fakeModel(() => Promise.reject(new Error('decode failed'))).model;
    const answer = await cascade(broken, fakeLarge('{}')).answerer.answer(chat('drips'));
    expect(answer.record).toMatchObject({ reason: 'specialist-failed', localAnswer: null });
    const full = new FairQueue({ slots: 1, waiting: 0 });
    await full.enter('other', new AbortController().signal);
    const busy = await cascade(leaking(), fakeLarge('{}'), {}, full).answerer.answer(chat('drips'));
    expect(busy.record.reason).toBe('specialist-failed');
  });

  it('escalates an answer of which no signals can be had', async () => {
    const signals = () => Promise.reject(new Error('no embedding'));
    const answer = await cascade(leaking(), fakeLarge('{}'), { signals }).answerer.answer(chat('drips'));
    expect(answer.record).toMatchObject({ reason: 'specialist-failed', localAnswer: 'Leaking' });
  });

  it.each([
    ['Leaking', 0.05, false, [true]],
    [' Leaking\n', 0.05, true, [true]],
    ['Noise', 0.05, false, [false]],
    ['Leaking', 0.5, false, []],
  ])(
    'says of audit samples, and of no other request, whether the large model (%j, draw %d, streamed: %s) agrees',
    async (text, drawn, stream, expected) => {
      const told: boolean[] = [];
      const options = { draw: () => drawn, onAudited: (agree: boolean) => told.push(agree) };
      const large = fakeLarge(text);
      const answer = await cascade(leaking(), large, options).answerer.answer(chat('drips', { stream }));
      await bodyOf(answer);
      expect(told).toEqual(expected);
    },
  );

  it('leaves to the large model what lets it call tools, or goes on after a call', async () => {
    const tools = [{ type: 'function', function: { name: 'order' } }];
    const { messages: asked } = chat('drips').body as { messages: object[] };
    const called = [...asked, { role: 'assistant', tool_calls: [] }, { role: 'tool', content: '3' }];
    for (const [more, route] of [
      [{ tools }, 'large'],
      [{ functions: [{ name: 'order' }] }, 'large'],
      [{ messages: called }, 'large'],
      [{ tools, tool_choice: 'none' }, 'local'],
      [{ tools: [] }, 'local'],
      [{ messages: [...called, { role: 'user', content: 'drips' }] }, 'local'],
    ] as const) {
      const request = chat('drips', more);
      const { record } = await cascade(leaking(), fakeLarge('{}')).answerer.answer(request);
      expect(record).toMatchObject({ route, reason: route === 'large' ? 'out-of-scope' : null });
    }
  });

  it('gives the audited answer of the large model, and the local one where the large model fails', async () => {
    const audited = { draw: () => 0.05 };
    const answer = await cascade(leaking(), fakeLarge('{}'), audited).answerer.answer(chat('drips'));
    expect(answer.record).toMatchObject({ reason: 'audit-sample', localAnswer: 'Leaking' });
    const down = fakeLarge('', () => new UpstreamError('upstream-unreachable', 'down', 'Wait.'));
    const kept = await cascade(leaking(), down, audited).answerer.answer(chat('drips'));
    expect(kept.record).toMatchObject({ route: 'local', answer: 'Leaking' });
  });

  it('does not hide that the large model failed where the local answer was not safe', async () => {
    const down = fakeLarge('', () => new UpstreamError('upstream-unreachable', 'down', 'Wait.'));
    const answering = cascade(leaking(), down, unsure).answerer.answer(chat('drips'));
    await expect(answering).rejects.toMatchObject({ code: 'upstream-unreachable' });
  });
});

describe('time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('escalates a specialist that takes too long, and frees its slot at once', async () => {
    const queue = new FairQueue({ slots: 1, waiting: 0 });
    const slow = fakeModel((_input, { signal }) => never(signal)).model;
    const answering = cascade(slow, fakeLarge('{}'), {}, queue).answerer.answer(chat('drips'));
    await vi.advanceTimersByTimeAsync(999);
    expect(queue.active).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect((await answering).record).toMatchObject({ reason: 'too-slow', localAnswer: null });
    expect(queue.active).toBe(0);
  });

  it('asks nobody else when the client has left', async () => {
    const abort = new AbortController();
    const slow = fakeModel((_input, { signal }) => never(signal)).model;
    const { answerer, requests } = cascade(slow, fakeLarge('{}'));
    const answering = answerer.answer({ ...chat('drips'), signal: abort.signal });
    abort.abort();
    await expect(answering).rejects.toMatchObject({ code: 'request-cancelled' });
    expect(requests).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
