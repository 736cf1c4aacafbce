import { expect, it } from 'vitest';
import { spendingBound } from './spending-bound.ts';

const price = { input: 1, output: 10 };
const input = { bodyBytes: 1_000, addedTokens: 0, price, generates: true };

it('bounds a request by its body and what it lets be generated', () => {
  expect(spendingBound({ ...input, body: { max_tokens: 50, n: 2 } })).toEqual({
    tokens: 1_100,
    costUsd: 0.002,
  });
  expect(spendingBound({ ...input, body: { max_completion_tokens: 50, best_of: 3 } }).tokens).toBe(1_150);
  expect(spendingBound({ ...input, addedTokens: 200, body: { max_tokens: 1 } }).tokens).toBe(1_201);
  expect(spendingBound({ ...input, generates: false, body: {} })).toEqual({ tokens: 1_000, costUsd: 0.001 });
});

it('has no bound where nothing gives one, and no cost where nothing is charged', () => {
  const nothing = { tokens: null, costUsd: null };
  expect(spendingBound({ ...input, body: {} })).toEqual(nothing);
  for (const max of [-1, 0, 1.5, '50', 1e300]) {
    expect(spendingBound({ ...input, body: { max_tokens: max } })).toEqual(nothing);
  }
  expect(spendingBound({ ...input, price: null, body: {} })).toEqual({ tokens: null, costUsd: 0 });
  const picture = {
    role: 'user',
    content: [{ type: 'image_url', image_url: { url: 'https://x.example/a.png' } }],
  };
  expect(spendingBound({ ...input, body: { max_tokens: 50, messages: [picture] } })).toEqual(nothing);
});
