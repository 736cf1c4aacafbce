import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../random/random.ts';
import { Reservoir } from './reservoir.ts';
import { RunningMean } from './running-mean.ts';
import { RunningRatio } from './running-ratio.ts';

test('means and ratios are those of the numbers they were given', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 50, max: 500 })), {
        minLength: 2,
      }),
      pairs => {
        const mean = new RunningMean();
        const ratio = new RunningRatio();
        for (const [above, below] of pairs) {
          mean.add(below);
          ratio.add(above, below);
        }
        const sums = pairs.reduce(([a, b], [above, below]) => [a + above, b + below], [0, 0] as [
          number,
          number,
        ]);
        expect(mean.span(0)!.value).toBeCloseTo(sums[1] / pairs.length, 6);
        expect(ratio.shareSpan()!.value).toBeCloseTo(sums[0] / sums[1], 9);
        for (const { low, value, high } of [mean.span(0)!, ratio.shareSpan()!]) {
          expect(low).toBeLessThanOrEqual(value);
          expect(high).toBeGreaterThanOrEqual(value);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('a reservoir keeps every item with the same chance, and counts the others', () => {
  const few = new Reservoir<string>(3, createRandom(1));
  for (const item of ['a', 'b']) few.offer(item);
  expect([few.kept, few.left]).toEqual([['a', 'b'], 0]);

  const times = new Array<number>(20).fill(0);
  const draws = 4_000;
  for (let seed = 0; seed < draws; seed++) {
    const drawn = new Reservoir<number>(5, createRandom(seed));
    for (const item of times.keys()) drawn.offer(item);
    expect([new Set(drawn.kept).size, drawn.left]).toEqual([5, 15]);
    for (const item of drawn.kept) times[item]! += 1;
  }
  // Five standard errors of a share of a quarter.
  for (const count of times)
    expect(Math.abs(count / draws - 1 / 4)).toBeLessThan(5 * Math.sqrt(0.1875 / draws));
});
