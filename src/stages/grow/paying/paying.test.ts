import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../../core/chat-model.ts';
import { InterruptedError, UpstreamError } from '../../../core/errors/index.ts';
import { estimateSpending, exactly } from '../estimate-spending.ts';
import { answering, paid, price } from '../fixtures/paid.ts';
import { BudgetReached } from './paid-model.ts';
import { Purse } from './purse.ts';
import { costBound } from './token-cost.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paying-'));
  file = join(folder, 'requests.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const request = (content: string, seed = 0): GenerateRequest => ({
  messages: [{ role: 'user', content }],
  maxTokens: 100,
  seed,
});

describe('a paid model', () => {
  it('never asks again what was answered, in this run or an earlier one', async () => {
    const first = answering(({ messages }) => `re ${messages[0]!.content}`);
    const one = await paid(first.chat, file);
    expect((await one.model.ask(request('a'))).text).toBe('re a');
    await Promise.all([
      one.model.ask(request('a')),
      one.model.ask(request('b')),
      one.model.ask(request('b')),
    ]);
    expect(first.asked).toHaveLength(2);
    await one.journal.close();

    const second = answering(() => 'asked anew');
    const two = await paid(second.chat, file);
    expect((await two.model.ask(request('b'))).text).toBe('re b');
    expect((await two.model.ask(request('b', 1))).text).toBe('asked anew');
    expect(second.asked.map(({ seed }) => seed)).toEqual([1]);
    expect(two.model.counts).toEqual({ requests: 1, known: 1, lost: 0 });
    expect(two.purse.earlierUsd).toBeCloseTo(0.01, 9);
    await two.journal.close();
  });

  it('has an answer on disk before anybody can use it', async () => {
    const { chat } = answering(() => 'kept');
    const { model, journal } = await paid(chat, file);
    await model.ask(request('a'));
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.map(line => JSON.parse(line).kind)).toEqual(['sent', 'answer']);
    await journal.close();
  });

  it('reads earlier answers from disk when they are asked for, whatever their length and letters', async () => {
    const long = `Öl und 🛢️ — ${'größer '.repeat(20_000)}`;
    const { chat, asked } = answering(({ messages }) => (messages[0]!.content === 'long' ? long : 'short'));
    const one = await paid(chat, file);
    for (const content of ['a', 'long', 'b']) await one.model.ask(request(content));
    expect((await one.model.ask(request('long'))).text).toBe(long);
    await one.journal.close();
    await appendFile(file, '{"kind":"answer","key":"torn');
    const two = await paid(chat, file);
    await two.model.ask(request('c'));
    for (const content of ['long', 'a', 'b', 'c'])
      expect((await two.model.ask(request(content))).text).toBe(content === 'long' ? long : 'short');
    expect(asked).toHaveLength(4);
    // None is held: what the file says now is what is answered.
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll('"short"', '"SHORT"'));
    expect((await two.model.ask(request('b'))).text).toBe('SHORT');
    await two.journal.close();
  });

  it('takes another model, price list aside, for another one', async () => {
    const { chat, asked } = answering(() => 'x');
    const one = await paid(chat, file);
    await one.model.ask(request('a'));
    await one.journal.close();
    const other = await paid(chat, file, { model: 'other-model' });
    await other.model.ask(request('a'));
    expect(asked).toHaveLength(2);
    await other.journal.close();
  });

  it('counts a request that a killed run sent as money that may be gone, and a torn line as nothing', async () => {
    const { chat, asked } = answering(() => 'x');
    const one = await paid(chat, file);
    await one.model.ask(request('a'));
    await one.journal.close();
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    const sent = { ...JSON.parse(lines[0]!), boundUsd: 0.5 };
    await rm(file);
    await appendFile(file, `${JSON.stringify(sent)}\n${lines[1]!.slice(0, 30)}`);
    const two = await paid(chat, file);
    expect((await two.model.ask(request('a'))).text).toBe('x');
    expect(asked).toHaveLength(2);
    expect(two.model.counts).toEqual({ requests: 1, known: 0, lost: 1 });
    expect(two.purse.earlierUsd).toBe(0.5);
    await two.journal.close();
    const three = await paid(chat, file);
    expect((await three.model.ask(request('a'))).text).toBe('x');
    expect(asked).toHaveLength(2);
    await three.journal.close();
  });

  it('sends nothing that could exceed the budget, whatever was paid when', async () => {
    const bound = costBound(request('a'), price)!;
    const { chat, asked } = answering(() => 'x');
    const one = await paid(chat, file, { budgetUsd: 0.02 + bound });
    for (const content of ['a', 'b', 'c']) await one.model.ask(request(content));
    await expect(one.model.ask(request('d'))).rejects.toBeInstanceOf(BudgetReached);
    expect(asked).toHaveLength(3);
    await one.journal.close();
    const two = await paid(chat, file, { budgetUsd: 0.02 + bound });
    for (const content of ['a', 'b', 'c']) await two.model.ask(request(content));
    await expect(two.model.ask(request('d'))).rejects.toBeInstanceOf(BudgetReached);
    expect(asked).toHaveLength(3);
    await two.journal.close();
  });

  it('takes the bound for the cost where the server does not count tokens, and nothing for a refusal', async () => {
    const usage = { promptTokens: 0, completionTokens: 0, cachedTokens: 0, costUsd: null };
    const silent = await paid(answering(() => ({ text: 'x', usage })).chat, file);
    await silent.model.ask(request('a'));
    expect(silent.purse.spentUsd).toBeCloseTo(costBound(request('a'), price)!, 12);
    await silent.journal.close();
    const refusing = await paid(
      answering(() => new UpstreamError('upstream-rejected', 'no', 'Change it.')).chat,
      file,
    );
    await expect(refusing.model.ask(request('b'))).rejects.toMatchObject({ code: 'upstream-rejected' });
    expect(refusing.purse.spentUsd).toBe(0);
    await refusing.journal.close();
    const again = await paid(answering(() => 'x').chat, file);
    await again.model.ask(request('b'));
    expect(again.model.counts.lost).toBe(0);
    await again.journal.close();
  });

  it('begins nothing once it is stopped, but keeps what is underway, as it is paid for', async () => {
    const abort = new AbortController();
    const { chat, asked } = answering(() => {
      abort.abort();
      return 'paid';
    });
    const one = await paid(chat, file, { signal: abort.signal });
    expect((await one.model.ask(request('a'))).text).toBe('paid');
    await expect(one.model.ask(request('b'))).rejects.toBeInstanceOf(InterruptedError);
    expect(asked).toHaveLength(1);
    expect(asked[0]!.signal).toBeUndefined();
    await one.journal.close();
  });
});

describe('a purse', () => {
  it('never commits more than its budget while costs stay within their bounds', () => {
    const requests = fc.array(
      fc.record({
        bound: fc.double({ min: 0, max: 1, noNaN: true }),
        used: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 0, max: 5, noNaN: true }), requests, (budget, list) => {
        const purse = new Purse(budget);
        for (const { bound, used } of list) {
          const reservation = purse.reserve(bound);
          if (reservation) purse.settle(reservation, bound * used);
        }
        expect(purse.spentUsd).toBeLessThanOrEqual(budget + 1e-6);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an estimate of the spending', () => {
  it('has a range around its value, below what full answers would cost', () => {
    const part = {
      purpose: 'targets' as const,
      price,
      requests: { value: 80, low: 40, high: 100 },
      samples: [request('word '.repeat(100))],
      answerCharacters: 20,
    };
    const estimate = estimateSpending([part, { ...part, requests: exactly(0) }]);
    const { value, low, high } = estimate.costUsd!;
    expect(low).toBeLessThan(value);
    expect(value).toBeLessThan(high);
    expect(high).toBeLessThan(estimate.atMostUsd!);
    // By hand: (500/4 + 5) prompt tokens at 1 and (20/4 + 4) answer tokens at 100 dollars a million, 80 times.
    expect(value).toBeCloseTo((80 * (130 * 1 + 9 * 100)) / 1e6, 12);
    expect(estimate.requests.value).toBe(80);
  });

  it('has no costs where a price is not known', () => {
    const part = {
      purpose: 'judge' as const,
      requests: exactly(3),
      samples: [request('a')],
      answerCharacters: 9,
    };
    const estimate = estimateSpending([
      { ...part, price },
      { ...part, price: null },
    ]);
    expect(estimate).toMatchObject({ costUsd: null, atMostUsd: null, requests: { value: 6 } });
  });
});
