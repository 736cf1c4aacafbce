import fc from 'fast-check';
import { expect, test } from 'vitest';
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
