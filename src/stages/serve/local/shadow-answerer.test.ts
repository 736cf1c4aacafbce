import { describe, expect, it } from 'vitest';
import { UpstreamError } from '../../../core/errors/index.ts';
import { FairQueue } from './fair-queue.ts';
import { bodyOf, chat, fakeLarge, fakeModel, faults, serveSpecialist } from './fixtures/serving.ts';
import { createShadowAnswerer, type ShadowOutcome } from './shadow-answerer.ts';

function shadow(
  model: ReturnType<typeof fakeModel>['model'],
  large = fakeLarge('Leaking'),
  queue?: FairQueue,
) {
  const outcomes: ShadowOutcome[] = [];
  const answerer = createShadowAnswerer({
    specialist: serveSpecialist(faults, model, queue),
    large: large.large,
    localDeadlineMs: 1_000,
    onOutcome: outcome => outcomes.push(outcome),
  });
  return { answerer, outcomes };
}

describe('shadow mode', () => {
  it('gives the large answer and measures whether the specialist agrees', async () => {
    const { answerer, outcomes } = shadow(fakeModel(input => (input === 'hums' ? 'Noise' : 'Leaking')).model);
    for (const input of ['drips', 'hums']) {
      const answer = await answerer.answer(chat(input));
      expect(await bodyOf(answer)).toBe('Leaking');
      expect(answer.record.route).toBe('large');
    }
    await expect.poll(() => outcomes.map(({ agrees }) => agrees)).toEqual([true, false]);
  });

  it('compares a stream when it has ended', async () => {
    const { answerer, outcomes } = shadow(fakeModel(() => 'Leaking').model);
    const answer = await answerer.answer(chat('drips', { stream: true }));
    expect(outcomes).toEqual([]);
    await bodyOf(answer);
    await expect.poll(() => outcomes[0]?.agrees).toBe(true);
    expect(answer.record.localAnswer).toBe('Leaking');
  });

  it('books what the specialist cost, also where the large model fails, and nothing where it gave no answer', async () => {
    const costsOf = async (large: ReturnType<typeof fakeLarge>, answers: boolean) => {
      const { model } = fakeModel(() => 'Leaking', { score: false, logprobs: false, jsonSchema: false });
      const priced = {
        ...model,
        generate: async (request: Parameters<typeof model.generate>[0]) => {
          if (!answers) throw new UpstreamError('upstream-unreachable', 'down', 'Wait.');
          const { usage, ...rest } = await model.generate(request);
          return { ...rest, usage: { ...usage, costUsd: 0.25 } };
        },
      };
      const costs: (number | Promise<number>)[] = [];
      const { answerer } = shadow(priced, large);
      const request = { ...chat('drips'), spend: (cost: (typeof costs)[0]) => costs.push(cost) };
      await answerer.answer(request).then(bodyOf, () => null);
      await answerer.close();
      return (await Promise.all(costs)).reduce((sum, cost) => sum + cost, 0);
    };
    const down = fakeLarge('', () => new UpstreamError('upstream-unreachable', 'down', 'Wait.'));
    expect(await costsOf(fakeLarge('Leaking'), true)).toBe(0.25);
    expect(await costsOf(down, true)).toBe(0.25);
    expect(await costsOf(fakeLarge('Leaking'), false)).toBe(0);
  });

  it('never lets the client wait for the specialist', async () => {
    let finish: (label: string) => void = () => undefined;
    const { model } = fakeModel(
      () =>
        new Promise<string>(resolve => {
          finish = resolve;
        }),
    );
    const { answerer, outcomes } = shadow(model);
    expect(await bodyOf(await answerer.answer(chat('drips')))).toBe('Leaking');
    expect(outcomes).toEqual([]);
    finish('Noise');
    await answerer.close();
    expect(outcomes).toMatchObject([{ localAnswer: 'Noise', agrees: false }]);
  });

  it('counts a specialist that fails or is full, and a large model that fails, without agreement', async () => {
    const full = new FairQueue({ slots: 1, waiting: 0 });
    await full.enter('other', new AbortController().signal);
    const busy = shadow(fakeModel(() => 'Leaking').model, undefined, full);
    await busy.answerer.answer(chat('drips'));
    await expect.poll(() => busy.outcomes).toMatchObject([{ failure: { code: 'queue-full' }, agrees: null }]);
    const down = fakeLarge('', () => new UpstreamError('upstream-unreachable', 'down', 'Wait.'));
    const lost = shadow(fakeModel(() => 'Leaking').model, down);
    await expect(lost.answerer.answer(chat('drips'))).rejects.toMatchObject({ code: 'upstream-unreachable' });
    await expect
      .poll(() => lost.outcomes)
      .toMatchObject([{ localAnswer: 'Leaking', largeAnswer: null, agrees: null }]);
  });
});
