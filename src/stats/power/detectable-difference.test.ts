import fc from 'fast-check';
import { expect, test } from 'vitest';
import golden from '../fixtures/detectable.json' with { type: 'json' };
import { detectableDifference, detectableDistance } from './detectable-difference.ts';
import { discordantShare, rowsForMean, rowsForPairedDifference } from './sample-size.ts';

test('the smallest difference that rows show is the root scipy finds, and has about the power asked for', () => {
  expect(golden.cases.length).toBeGreaterThan(3);
  for (const { rows, score, likeness, power, ...expected } of golden.cases) {
    const found = detectableDifference({
      rows,
      power,
      largest: 1 - score,
      discordantShareOf: size => discordantShare(score, score + size, likeness),
    })!;
    // Rows are whole, so the root may lie within one row's worth of the difference.
    expect(found).toBeCloseTo(expected.difference, 3);
    expect(discordantShare(score, score + expected.difference, likeness)).toBeCloseTo(
      expected.discordantShare,
      10,
    );
    expect(Math.abs(expected.exactPower - power)).toBeLessThan(0.04);
  }
});

test('rows planned for a difference show it, and hardly a smaller one', () => {
  const scores = fc.double({ min: 0.3, max: 0.85, noNaN: true });
  const differences = fc.double({ min: 0.02, max: 0.1, noNaN: true });
  fc.assert(
    fc.property(
      scores,
      differences,
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      (score, difference, likeness) => {
        const discordantShareOf = (size: number) =>
          Math.max(size, discordantShare(score, Math.min(1, score + size), likeness));
        const rows = rowsForPairedDifference({ difference, discordantShare: discordantShareOf(difference) });
        const found = detectableDifference({ rows, discordantShareOf, largest: 1 - score })!;
        expect(found).toBeLessThanOrEqual(difference + 1e-9);
        expect(found).toBeGreaterThan(0.9 * difference);
      },
    ),
    { numRuns: 40 },
  );
  const rows = rowsForMean({ distance: 0.02, variance: 0.15 });
  expect(detectableDistance({ rows, variance: 0.15 })).toBeCloseTo(0.02, 4);
});

test('systems that err alike differ on fewer rows, at the least on as many as their scores differ', () => {
  expect(discordantShare(0.8, 0.85, 0)).toBeCloseTo(0.8 * 0.15 + 0.85 * 0.2, 12);
  expect(discordantShare(0.8, 0.85, 0.5)).toBeLessThan(discordantShare(0.8, 0.85, 0.2));
  expect(discordantShare(0.8, 0.85, 1)).toBeCloseTo(0.05, 12);
  expect(discordantShare(0.8, 0.8, 1)).toBeCloseTo(0, 12);
});

test('too few rows show nothing, and plans that cannot be are refused', () => {
  const plan = { rows: 3, discordantShareOf: () => 0.3, largest: 0.2 };
  expect(detectableDifference(plan)).toBeNull();
  expect(() => detectableDifference({ ...plan, rows: 0 })).toThrow(RangeError);
  expect(() => detectableDistance({ rows: 10, variance: -1 })).toThrow(RangeError);
  expect(() => discordantShare(0.8, 1.2, 0)).toThrow(RangeError);
});
