import { describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../core/chat-model.ts';
import { InterruptedError, UpstreamError } from '../../core/errors/index.ts';
import { generate, isForInputs, task, train, useFolder } from './fixtures/generating.ts';
import type { Reply } from './fixtures/paid.ts';
import { planInputRequests } from './inputs/input-request.ts';
import { growConfigSchema } from './schema.ts';

useFolder();

describe('generating where the teacher or the money gives out', () => {
  it('lists requests that gave nothing: refused, cut off, unusable, failed', async () => {
    const replies: Reply[] = [
      'I’m sorry, but I can’t help with that.',
      { text: '{"inputs": ["half a li', finishReason: 'length' },
      'two pumps and a valve',
      new UpstreamError('upstream-unavailable', 'broken', 'Wait.'),
    ];
    const { made } = await generate(request => replies[request.seed!]!, { rows: 8 });
    expect(made.rows).toEqual([]);
    expect(made.setAside.map(({ code, from }) => [code, from])).toEqual([
      ['teacher-refused', 1],
      ['answer-cut-off', 2],
      ['answer-unusable', 3],
      ['upstream-failed', 4],
    ]);
  });

  it('stops where the server is out of order or refuses the key, and a later run pays only for the rest', async () => {
    const broken = new UpstreamError('upstream-unavailable', 'broken', 'Wait.');
    const works = (request: GenerateRequest) =>
      isForInputs(request)
        ? `{"inputs": ["leak ${'abcdefghijkl'[request.seed!]} at an odd place"]}`
        : 'Leaking';
    const config = growConfigSchema.parse({ samples: 1, concurrency: 1, perRequest: 1 });
    await expect(
      generate(request => (request.seed! > 2 || !isForInputs(request) ? broken : works(request)), {
        rows: 12,
        config,
      }),
    ).rejects.toBe(broken);
    const unauthorized = new UpstreamError('upstream-unauthorized', 'no', 'Check the key.');
    await expect(generate(() => unauthorized, { rows: 12, config })).rejects.toBe(unauthorized);
    const { asked } = await generate(works, { rows: 12, config });
    expect(asked.filter(isForInputs).map(({ seed }) => seed)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('ends with what it has when the budget is reached, and goes on with a larger one', async () => {
    const reply = (request: GenerateRequest) =>
      isForInputs(request)
        ? `{"inputs": ["new leak ${'abcdefgh'.repeat(3)[request.seed!]} of oil"]}`
        : 'Leaking';
    const config = growConfigSchema.parse({ samples: 1, concurrency: 1, perRequest: 1 });
    const options = { rows: 16, config };
    const labels = planInputRequests({
      task,
      train,
      passages: [],
      rows: 16,
      perRequest: 1,
      seedsPerRequest: 2,
      seed: 1,
    });
    const requests = labels.map(request => ({ ...request, intendedLabel: null }));
    const short = await generate(reply, { ...options, requests, budgetUsd: 0.15 });
    expect(short.made.budgetReached).toBe(true);
    expect(short.made.setAside.map(({ code }) => code)).toContain('budget-reached');
    expect(short.purse.spentUsd).toBeLessThanOrEqual(0.15);
    const whole = await generate(reply, { ...options, requests });
    expect(whole.made.budgetReached).toBe(false);
    expect(whole.asked.length + short.asked.length).toBe(
      new Set([...short.asked, ...whole.asked].map(request => JSON.stringify(request))).size,
    );
  });

  it('is interrupted without a loss', async () => {
    const abort = new AbortController();
    const reply = (request: GenerateRequest) => {
      if (request.seed === 1) abort.abort();
      return isForInputs(request) ? `{"inputs": ["wet spot number ${'ab'[request.seed!]}"]}` : 'Leaking';
    };
    await expect(generate(reply, { signal: abort.signal })).rejects.toBeInstanceOf(InterruptedError);
    const { asked } = await generate(reply);
    expect(asked.every(request => !isForInputs(request))).toBe(true);
  });
});
