import { describe, expect, it } from 'vitest';
import { DataError, UpstreamError } from '../../../core/errors/index.ts';
import { createRandom } from '../../../stats/random/random.ts';
import type { Answerer, ServeAnswer } from '../answerer.ts';
import { bodyOf, chat, fakeLarge } from '../local/fixtures/serving.ts';
import { createCanaryAnswerer } from './canary-answerer.ts';
import { Rollout } from './rollout.ts';
import { defaultRolloutRule } from './rollout-rule.ts';
import type { Arm, Outcome } from './rollout-state.ts';

/** An answerer that is asked and closed; the large fixture stands for either arm. */
function serve(arm: Arm, canary: Answerer, incumbent: Answerer = fakeLarge('Leaking').large) {
  const outcomes: Outcome[] = [];
  const answerer = createCanaryAnswerer({
    canary,
    incumbent,
    rollout: {
      arm: () => arm,
      observe: outcome => {
        outcomes.push(outcome);
        return 'keep';
      },
    },
  });
  return { answerer, outcomes };
}

/** What the cascade gives where the policy drew an audit. */
function audited(localAnswer: string, largeAnswer: string): Answerer {
  const { large } = fakeLarge(largeAnswer);
  return {
    ...large,
    async answer(request) {
      const answer = await large.answer(request);
      Object.assign(answer.record, { reason: 'audit-sample', localAnswer, answer: largeAnswer });
      return answer;
    },
  };
}

describe('a canary', () => {
  it('answers where the rollout says so, and its end is told once the body has ended', async () => {
    const { answerer, outcomes } = serve('canary', fakeLarge('Noise').large);
    const answer = await answerer.answer(chat('hums', { stream: true }));
    expect(outcomes).toEqual([]);
    expect(await bodyOf(answer)).toBe('Noise');
    expect(outcomes).toEqual([{ arm: 'canary', signal: 'failure', bad: false }]);
  });

  it('counts failures of either arm, never requests that nobody could answer', async () => {
    const down = () => new UpstreamError('upstream-unreachable', 'down', 'Wait.');
    for (const arm of ['canary', 'incumbent'] as const) {
      const failing = fakeLarge('', down).large;
      const { answerer, outcomes } = serve(arm, failing, failing);
      await expect(answerer.answer(chat('drips'))).rejects.toMatchObject({ code: 'upstream-unreachable' });
      expect(outcomes).toEqual([{ arm, signal: 'failure', bad: true }]);
    }
    const refused = fakeLarge('', () => new DataError('input-too-long', 'long', 'Shorten it.')).large;
    const { answerer, outcomes } = serve('canary', refused);
    await expect(answerer.answer(chat('drips'))).rejects.toMatchObject({ code: 'input-too-long' });
    expect(outcomes).toEqual([]);
  });

  it('counts a stream that breaks as a failure, and one that the client left as nothing', async () => {
    const { large } = fakeLarge('Noise');
    const broken: Answerer = {
      ...large,
      async answer(request): Promise<ServeAnswer> {
        const answer = await large.answer(request);
        return { ...answer, body: breaking() };
      },
    };
    const { answerer, outcomes } = serve('canary', broken);
    await expect(bodyOf(await answerer.answer(chat('hums', { stream: true })))).rejects.toThrow('cut');
    expect(outcomes).toEqual([{ arm: 'canary', signal: 'failure', bad: true }]);

    const leaving = serve('canary', large);
    const left = await leaving.answerer.answer(chat('hums', { stream: true }));
    await (left.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().return?.(undefined);
    expect(leaving.outcomes).toEqual([]);
  });

  it('is taken back by itself, before 200 of its requests went wrong, and nobody meets it afterwards', async () => {
    const random = createRandom(8);
    for (const stream of [false, true]) {
      const rollout = await Rollout.open({
        alias: 'triage',
        candidate: 'a1',
        share: 0.2,
        rule: defaultRolloutRule,
        store: { read: async () => new Map(), write: async () => undefined },
        writer: 'worker-1',
        now: () => 1_000,
        onDecision: () => undefined,
      });
      let [asked, wrong] = [0, 0];
      const { large } = fakeLarge('Leaking');
      const flawed: Answerer = {
        ...large,
        async answer(request): Promise<ServeAnswer> {
          asked++;
          const answer = await large.answer(request);
          if (random.uniform() < 0.5) return answer;
          wrong++;
          return stream ? { ...answer, body: breaking() } : { ...answer, status: 500 };
        },
      };
      const answerer = createCanaryAnswerer({
        canary: flawed,
        incumbent: large,
        rollout,
        draw: () => random.uniform(),
      });
      const ask = async () => bodyOf(await answerer.answer(chat('drips', { stream }))).catch(() => null);
      for (let request = 0; request < 4_000 && rollout.view().phase === 'running'; request++) await ask();
      expect(rollout.view().phase).toBe('rolled-back');
      expect(wrong).toBeLessThanOrEqual(200);
      const before = asked;
      for (let request = 0; request < 100; request++) expect(await ask()).toBe('Leaking');
      expect(asked).toBe(before);
    }
  });

  it('hears what clients say of answers, once each, for whoever answered', async () => {
    for (const arm of ['canary', 'incumbent'] as const) {
      const { answerer, outcomes } = serve(arm, fakeLarge('Noise').large, fakeLarge('Noise').large);
      const said = async (correctAnswer: string | null, rating: -1 | 0 | 1 | null) => {
        const request = { ...chat('hums'), id: `request-${correctAnswer}-${rating}` };
        await bodyOf(await answerer.answer(request));
        outcomes.length = 0;
        for (let time = 0; time < 2; time++)
          answerer.rated!({ captureId: request.id, correctAnswer, rating });
        return outcomes.slice();
      };
      const heard = (bad: boolean) => [{ arm, signal: 'negative-feedback', bad }];
      expect(await said(null, -1)).toEqual(heard(true));
      expect(await said(null, 1)).toEqual(heard(false));
      expect(await said('Leaking', null)).toEqual(heard(true));
      expect(await said(' Noise', null)).toEqual(heard(false));
      expect(await said(null, 0)).toEqual([]);
      answerer.rated!({ captureId: 'unknown', correctAnswer: null, rating: -1 });
      expect(outcomes).toEqual([]);
    }
  });

  it('is compared with the large model on the audit sample alone', async () => {
    for (const [local, bad] of [
      ['Leaking', false],
      ['Noise', true],
    ] as const) {
      const { answerer, outcomes } = serve('canary', audited(local, 'Leaking'));
      await bodyOf(await answerer.answer(chat('drips')));
      expect(outcomes).toContainEqual({ arm: 'canary', signal: 'disagreement', bad });
    }
  });
});

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half ');
  throw new Error('cut');
}
