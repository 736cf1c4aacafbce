import { expect, test } from 'vitest';
import { createRandom } from './random.ts';
import { shuffle } from './shuffle.ts';

test('keeps every item, in place', () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const shuffled = shuffle(items, createRandom(5));
  expect(shuffled).toBe(items);
  expect([...shuffled].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test('makes every order of three about equally often', () => {
  const random = createRandom(7);
  const seen = new Map<string, number>();
  for (let round = 0; round < 6_000; round++) {
    const order = shuffle([1, 2, 3], random).join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  // Standard deviation 29: six of them.
  expect(seen.size).toBe(6);
  for (const count of seen.values()) expect(Math.abs(count - 1_000)).toBeLessThan(175);
});
