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

it('counts every prompt of a list, and of two names for the longest answer the larger', () => {
  const asked = { max_tokens: 50, n: 2 };
  expect(spendingBound({ ...input, body: { ...asked, prompt: ['a', 'b', 'c'] } }).tokens).toBe(1_300);
  expect(spendingBound({ ...input, body: { ...asked, prompt: [[1, 2], [3]] } }).tokens).toBe(1_200);
  expect(spendingBound({ ...input, body: { ...asked, prompt: [1, 2, 3] } }).tokens).toBe(1_100);
  const both = { max_completion_tokens: 1, max_tokens: 70 };
  expect(spendingBound({ ...input, body: both }).tokens).toBe(1_070);
});

it('has no bound where the server runs tools, whose results it reads', () => {
  const bounded = { max_tokens: 50, tools: [{ type: 'function', function: { name: 'f' } }, { name: 'g' }] };
  expect(spendingBound({ ...input, body: bounded }).tokens).toBe(1_050);
  for (const more of [
    { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    { web_search_options: {} },
    { mcp_servers: [{ url: 'https://x.example' }] },
  ]) {
    expect(spendingBound({ ...input, body: { max_tokens: 50, ...more } }).tokens).toBeNull();
  }
});
