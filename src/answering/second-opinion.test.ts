import { describe, expect, it } from 'vitest';
import type { ChatModel, GenerateRequest } from '../core/chat-model.ts';
import { InterruptedError, UpstreamError } from '../core/errors/index.ts';
import type { Task } from '../core/task.ts';
import { likeness } from './likeness.ts';
import { askAgain } from './second-opinion.ts';

const usage = { promptTokens: 1, completionTokens: 1, cachedTokens: 0, costUsd: null };
const labels: Task = { kind: 'classify', labels: ['leak', 'noise'] };
const given = {
  messages: [{ role: 'user' as const, content: 'it drips' }],
  text: 'leak',
  maxTokens: 8,
  jsonSchema: null,
};

/** A model without log-probabilities that says one thing. */
function upstream(say: () => string, score: number | null = null) {
  const asked: GenerateRequest[] = [];
  const model = {
    info: {
      id: 'upstream',
      contextTokens: null,
      supports: { logprobs: false, jsonSchema: false, score: score !== null },
    },
    generate: async (request: GenerateRequest) => {
      asked.push(request);
      return { text: say(), finishReason: 'stop', logprobs: null, usage, latencyMs: 1 };
    },
    score: async () => ({ probabilities: [score, 1 - score!], best: 'Yes', usage, latencyMs: 1 }),
  } as unknown as ChatModel;
  return { model, asked };
}

describe('a model that is asked again', () => {
  it('agrees with itself where a sampled answer says the same', async () => {
    const { model, asked } = upstream(() => ' leak\n');
    expect(await askAgain(model, 'agreement', labels, given)).toEqual({ agreement: 1 });
    expect(asked[0]!.temperature).toBeGreaterThan(0);
    expect(await askAgain(upstream(() => 'noise').model, 'agreement', labels, given)).toEqual({
      agreement: 0,
    });
  });

  it('is asked whether its answer is right, with request and answer before its eyes', async () => {
    const { model, asked } = upstream(() => '**Yes**, it is.');
    expect(await askAgain(model, 'verifier', labels, given)).toEqual({ verified: 1 });
    expect(asked[0]!.messages.map(({ content }) => content).slice(0, 2)).toEqual(['it drips', 'leak']);
    expect(await askAgain(upstream(() => 'No.').model, 'verifier', labels, given)).toEqual({ verified: 0 });
    expect(await askAgain(upstream(() => 'Nobody knows').model, 'verifier', labels, given)).toEqual({
      verified: null,
    });
  });

  it('gives the probability of Yes where it can score', async () => {
    expect(await askAgain(upstream(() => '', 0.8).model, 'verifier', labels, given)).toEqual({
      verified: 0.8,
    });
  });

  it('has no opinion where it fails, and ends where the caller gives up', async () => {
    const fails = (error: Error) =>
      upstream(() => {
        throw error;
      }).model;
    const broken = new UpstreamError('upstream-unavailable', 'It broke', 'Try again.');
    expect(await askAgain(fails(broken), 'agreement', labels, given)).toEqual({ agreement: null });
    const cancelled = new InterruptedError('request-cancelled', 'Cancelled', 'Send it again.');
    await expect(askAgain(fails(cancelled), 'agreement', labels, given)).rejects.toBe(cancelled);
  });
});

describe('likeness', () => {
  it('counts equal fields of records, whatever their order, and common words of texts', () => {
    expect(likeness('extract', '{"a":1,"b":[2]}', '{"b":[2],"a":1}')).toBe(1);
    expect(likeness('extract', '{"a":1,"b":2}', '{"a":1,"b":3}')).toBe(0.5);
    expect(likeness('extract', 'no record', 'no record')).toBe(1);
    expect(likeness('generate', 'Replace the seal.', 'replace the pump')).toBeCloseTo(2 / 3, 12);
    expect(likeness('generate', '', '')).toBe(1);
  });
});
