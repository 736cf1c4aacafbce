import fc from 'fast-check';
import { expect, test } from 'vitest';
import golden from '../fixtures/random.json' with { type: 'json' };
import { createRandom, xoshiro128StarStar } from './random.ts';

test('gives the published stream from a raw state', () => {
  const random = xoshiro128StarStar(golden.raw.state as [number, number, number, number]);
  expect(golden.raw.values.map(() => random.nextUint32())).toEqual(golden.raw.values);
});

test('expands every seed as SplitMix64 does', () => {
  for (const { seed, values } of golden.seeded) {
    const random = createRandom(seed);
    expect(values.map(() => random.nextUint32())).toEqual(values);
  }
});

test('below stays below its bound and reaches every value of a small one', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
      const random = createRandom(seed);
      for (let k = 0; k < 20; k++) {
        const drawn = random.below(bound);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
      }
    }),
  );
  const random = createRandom(3);
  const counts = new Array<number>(7).fill(0);
  for (let k = 0; k < 70_000; k++) counts[random.below(7)]!++;
  // Chi-square with 6 degrees of freedom: 22.5 is its 99.9 % point.
  expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.5);
});

test('uniform lies in [0, 1) with mean one half', () => {
  const random = createRandom(11);
  let sum = 0;
  let outside = 0;
  for (let k = 0; k < 20_000; k++) {
    const drawn = random.uniform();
    if (!(drawn >= 0 && drawn < 1)) outside++;
    sum += drawn;
  }
  expect(outside).toBe(0);
  expect(Math.abs(sum / 20_000 - 0.5)).toBeLessThan(0.01);
});

test('refuses a seed that is not a safe integer', () => {
  expect(() => createRandom(0.5)).toThrow(RangeError);
  expect(() => createRandom(2 ** 60)).toThrow(RangeError);
});
