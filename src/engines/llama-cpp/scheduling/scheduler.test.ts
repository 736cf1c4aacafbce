import { expect, test } from 'vitest';
import type { Context } from '../native/context.ts';
import type { BatchToken } from '../native/decode-batch.ts';
import type { Slot } from './prompt-slots.ts';
import { type BatchPlan, type Job, planPrompt, Scheduler } from './scheduler.ts';

/** Stands in for the native cache: remembers the batches, computes nothing. */
function fakeContext(
  onDecode: (tokens: readonly BatchToken[]) => void = () => undefined,
  promptSequences = 8,
) {
  const batches: number[] = [];
  const context = {
    promptSequences,
    async decode(tokens: readonly BatchToken[]) {
      batches.push(tokens.length);
      onDecode(tokens);
      await new Promise(setImmediate);
    },
    remove() {},
    copy() {},
  };
  return { context: context as unknown as Context, batches };
}

/** Reads its prompt and then takes so many more steps. */
class FakeJob implements Job {
  readonly prompt: readonly number[];
  readonly reservedTokens: number;
  #steps: number;
  #read = false;

  constructor(length: number, steps: number, first = 1) {
    this.prompt = Array.from({ length }, (_, index) => first + index);
    this.reservedTokens = length + steps;
    this.#steps = steps;
  }

  begin(): void {}

  plan(slot: Slot, plan: BatchPlan): void {
    if (!this.#read) this.#read = planPrompt(slot, this.prompt, plan) !== null;
    else if (plan.room > 0) plan.add({ token: 9, position: 0, sequences: [slot.sequence], output: true });
  }

  consume(): boolean {
    if (this.#read) this.#steps -= 1;
    return this.#steps <= 0;
  }
}

test('active requests share every batch', async () => {
  const { context, batches } = fakeContext();
  const scheduler = new Scheduler(context, 4, 1000);
  await Promise.all([1, 100, 200].map(first => scheduler.run(new FakeJob(10, 3, first), undefined)));
  expect(batches).toEqual([30, 3, 3]);
});

test('a long prompt is read in parts while others are served, and whole when it is alone', async () => {
  const { context, batches } = fakeContext();
  const scheduler = new Scheduler(context, 2, 2000);
  await scheduler.run(new FakeJob(400, 1, 1000), undefined);
  expect(batches).toEqual([400]);
  batches.length = 0;
  await Promise.all([
    scheduler.run(new FakeJob(5, 4, 1), undefined),
    scheduler.run(new FakeJob(300, 1, 5000), undefined),
  ]);
  expect(batches.slice(0, 4)).toEqual([69, 65, 65, 65]);
});

test('never promises more cells than there are, and serves everybody in the end', async () => {
  const active = new Set<number>();
  let most = 0;
  const { context } = fakeContext(tokens => {
    active.clear();
    for (const { sequences } of tokens) active.add(sequences[0]!);
    most = Math.max(most, active.size);
  });
  const scheduler = new Scheduler(context, 8, 100);
  await Promise.all(
    Array.from({ length: 9 }, (_, n) => scheduler.run(new FakeJob(30, 10, 50 * n), undefined)),
  );
  expect(most).toBe(2);
});

test('computes no more requests at once than it may, however many prompts it remembers', async () => {
  const { context, batches } = fakeContext();
  const scheduler = new Scheduler(context, 2, 1000);
  await Promise.all([1, 100, 200, 300].map(first => scheduler.run(new FakeJob(10, 3, first), undefined)));
  expect(batches).toEqual([20, 2, 2, 20, 2, 2]);
});

test('a request that is cancelled in the middle makes room at the next step', async () => {
  const abort = new AbortController();
  let steps = 0;
  const { context } = fakeContext(() => {
    steps += 1;
    if (steps === 3) abort.abort();
  }, 1);
  const scheduler = new Scheduler(context, 1, 1000);
  const endless = scheduler.run(new FakeJob(5, 10_000), abort.signal);
  const next = scheduler.run(new FakeJob(5, 1, 70), undefined);
  await expect(endless).rejects.toMatchObject({ code: 'request-cancelled' });
  await next;
  expect(steps).toBe(4);
});
