import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

const patient = new AbortController().signal;
const settle = () => new Promise(setImmediate);

describe('the fair queue', () => {
  it('serves lanes in turn, each in order of arrival', async () => {
    const queue = new FairQueue({ slots: 1, waiting: 10 });
    const leave = await queue.enter('first', patient);
    const order: string[] = [];
    const asked = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map(name =>
      queue.run(name[0]!, patient, async () => void order.push(name)),
    );
    leave();
    await Promise.all(asked);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('refuses with 429 and a time to come back when its bound is reached', async () => {
    let now = 0;
    const queue = new FairQueue({ slots: 1, waiting: 1, now: () => now });
    const leave = await queue.enter('a', patient);
    now = 4_000;
    leave();
    await queue.enter('a', patient);
    void queue.enter('a', patient);
    const refused = queue.enter('a', patient);
    await expect(refused).rejects.toMatchObject({ status: 429, code: 'queue-full', retryAfterSeconds: 8 });
  });

  it('forgets who leaves while waiting, and gives the slot to the next', async () => {
    const queue = new FairQueue({ slots: 1, waiting: 2 });
    const leave = await queue.enter('a', patient);
    const abort = new AbortController();
    const gone = queue.enter('a', abort.signal);
    const next = queue.enter('a', patient);
    abort.abort();
    await expect(gone).rejects.toMatchObject({ code: 'request-cancelled' });
    expect(queue.waiting).toBe(1);
    leave();
    await next;
    expect([queue.active, queue.waiting]).toEqual([1, 0]);
  });

  it('does not let in a request that was cancelled before', async () => {
    const queue = new FairQueue({ slots: 1, waiting: 1 });
    await expect(queue.enter('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'request-cancelled' });
    expect(queue.active).toBe(0);
  });

  it('never runs more than its slots and loses nobody, whatever leaves and fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(
          fc.record({ lane: fc.constantFrom('a', 'b', 'c'), fate: fc.constantFrom('ok', 'fail', 'leave') }),
        ),
        async (slots, requests) => {
          const queue = new FairQueue({ slots, waiting: requests.length });
          let running = 0;
          let most = 0;
          const outcomes = requests.map(({ lane, fate }, index) => {
            const abort = new AbortController();
            const done = queue.run(lane, abort.signal, async () => {
              most = Math.max(most, ++running);
              await settle();
              running -= 1;
              if (fate === 'fail') throw new Error('failed');
            });
            if (fate === 'leave' && index % 2 === 0) abort.abort();
            return done;
          });
          const ends = await Promise.allSettled(outcomes);
          expect(ends).toHaveLength(requests.length);
          expect(most).toBeLessThanOrEqual(slots);
          expect([queue.active, queue.waiting]).toEqual([0, 0]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
