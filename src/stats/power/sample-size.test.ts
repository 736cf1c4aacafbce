import fc from 'fast-check';
import { expect, test } from 'vitest';
import golden from '../fixtures/sample-sizes.json' with { type: 'json' };
import { mcnemarTest } from '../paired/mcnemar.ts';
import { wilsonInterval } from '../proportions/wilson-interval.ts';
import { createRandom } from '../random/random.ts';
import { rowsForHalfWidth, rowsForMean, rowsForPairedDifference } from './sample-size.ts';

test('rows for a mean and for a paired difference agree with statsmodels', () => {
  for (const { n, ...plan } of golden.mean) expect(rowsForMean(plan)).toBe(Math.ceil(n));
  for (const { n, ...plan } of golden.paired) expect(rowsForPairedDifference(plan)).toBe(Math.ceil(n));
});

test('with the rows planned the mid-p McNemar test finds the difference about four times in five', () => {
  const n = rowsForPairedDifference({ difference: 0.08, discordantShare: 0.2 });
  const random = createRandom(5);
  let found = 0;
  for (let trial = 0; trial < 1500; trial++) {
    let [wins, losses] = [0, 0];
    for (let row = 0; row < n; row++) {
      const drawn = random.uniform();
      if (drawn < 0.14) wins++;
      else if (drawn < 0.2) losses++;
    }
    if (mcnemarTest(wins, losses).midPValue < 0.05) found++;
  }
  expect(found / 1500).toBeGreaterThan(0.76);
  expect(found / 1500).toBeLessThan(0.84);
});

test('the rows for a half-width are enough, and one fewer are not', () => {
  const halfWidths = fc.double({ min: 0.01, max: 0.3, noNaN: true });
  fc.assert(
    fc.property(halfWidths, fc.double({ min: 0, max: 1, noNaN: true }), (halfWidth, proportion) => {
      const n = rowsForHalfWidth({ halfWidth, proportion });
      const width = (rows: number) => {
        const { low, high } = wilsonInterval(proportion * rows, rows);
        return (high - low) / 2;
      };
      expect(width(n)).toBeLessThanOrEqual(halfWidth);
      if (n > 1) expect(width(n - 1)).toBeGreaterThan(halfWidth);
    }),
  );
  expect(rowsForHalfWidth({ halfWidth: 0.05, designEffect: 2 })).toBe(
    2 * rowsForHalfWidth({ halfWidth: 0.05 }),
  );
});

test('plans that cannot be are refused', () => {
  expect(() => rowsForPairedDifference({ difference: 0, discordantShare: 0.1 })).toThrow(RangeError);
  expect(() => rowsForPairedDifference({ difference: 0.2, discordantShare: 0.1 })).toThrow(RangeError);
  expect(() => rowsForMean({ distance: 0, variance: 1 })).toThrow(RangeError);
  expect(() => rowsForMean({ distance: 0.1, variance: 1, power: 1 })).toThrow(RangeError);
  expect(() => rowsForHalfWidth({ halfWidth: 0.6 })).toThrow(RangeError);
});
