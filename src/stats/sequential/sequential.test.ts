import fc from 'fast-check';
import { expect, test } from 'vitest';
import golden from '../fixtures/sequential.json' with { type: 'json' };
import { createRandom } from '../random/random.ts';
import { confidenceSequence } from './confidence-sequence.ts';
import { evidenceAgainstLine, evidenceNeeded, evidenceOfDifference } from './sequential-evidence.ts';
import { emptyTally, logMixtureRatio, mergeTallies, type Tally, tallied } from './share-mixture.ts';

const arm = ([count, total]: readonly number[]): Tally => ({ count: count!, total: total! });

test('mixture ratios agree with scipy', () => {
  for (const { count, total, p, logRatio } of golden.ratios) {
    const tolerance = 1e-10 * Math.max(1, Math.abs(logRatio), count);
    expect(Math.abs(logMixtureRatio({ count, total }, p) - logRatio)).toBeLessThan(tolerance);
  }
});

test('confidence sequences agree with roots found by scipy', () => {
  for (const { count, total, confidence, low, high } of golden.sequences) {
    const interval = confidenceSequence({ count, total }, confidence);
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
  }
});

test('evidence of a difference agrees with a minimum found by scipy', () => {
  for (const { first, second, margin, boundary } of golden.differences) {
    const { above, below } = evidenceOfDifference(arm(first), arm(second), margin);
    const difference = first[1]! / first[0]! - second[1]! / second[0]!;
    expect(difference > margin ? above : below).toBeCloseTo(boundary, 6);
  }
});

test('one value outside 0..1 is refused, and nothing seen is no evidence', () => {
  expect(() => tallied(emptyTally, 1.5)).toThrow(RangeError);
  expect(() => tallied(emptyTally, Number.NaN)).toThrow(RangeError);
  expect(() => confidenceSequence(emptyTally)).toThrow(RangeError);
  expect(() => evidenceOfDifference(emptyTally, emptyTally, 1)).toThrow(RangeError);
  expect(logMixtureRatio(emptyTally, 0.3)).toBeCloseTo(0, 12);
  expect(evidenceOfDifference({ count: 9, total: 9 }, emptyTally)).toEqual({ above: 0, below: 0 });
});

const tallies = fc
  .tuple(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([count, share]): Tally => ({ count, total: Math.round(count * share) }));

test('the mixture ratio is an average of likelihood ratios: over all outcomes of n values it sums to 1', () => {
  // The supermartingale property at one fixed n, exactly: sum over k of C(n, k) p^k q^(n-k) M(k) = 1.
  for (const p of [0.05, 0.3, 0.8]) {
    for (const count of [1, 5, 30]) {
      let sum = 0;
      let choose = 1;
      for (let total = 0; total <= count; total++) {
        const probability = choose * p ** total * (1 - p) ** (count - total);
        sum += probability * Math.exp(logMixtureRatio({ count, total }, p));
        choose = (choose * (count - total)) / (total + 1);
      }
      expect(sum).toBeCloseTo(1, 10);
    }
  }
});

test('evidence speaks for one side at most, mirrors when the arms are swapped, and never exceeds any fitting pair', () => {
  const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(tallies, tallies, share, (first, second, p) => {
      const evidence = evidenceOfDifference(first, second);
      const mirrored = evidenceOfDifference(second, first);
      expect(Math.min(evidence.above, evidence.below)).toBeLessThanOrEqual(0);
      expect(mirrored.below).toBeCloseTo(evidence.above, 6);
      // Both arms having the mean p fits both hypotheses.
      const fitting = logMixtureRatio(first, p) + logMixtureRatio(second, p);
      expect(Math.max(evidence.above, evidence.below)).toBeLessThanOrEqual(Math.max(0, fitting) + 1e-6);
    }),
  );
});

test('an interval excludes a line exactly where the evidence against it is enough', () => {
  fc.assert(
    fc.property(tallies, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (tally, line) => {
      const { low, high } = confidenceSequence(tally, 0.95);
      fc.pre(Math.abs(low - line) > 1e-9 && Math.abs(high - line) > 1e-9);
      const { above, below } = evidenceAgainstLine(tally, line);
      expect(above >= evidenceNeeded(0.05)).toBe(low > line);
      expect(below >= evidenceNeeded(0.05)).toBe(high < line);
    }),
  );
});

test('merging is the same as having seen everything at once', () => {
  expect(mergeTallies([{ count: 2, total: 1 }, emptyTally, { count: 3, total: 2.5 }])).toEqual({
    count: 5,
    total: 3.5,
  });
});

test('watched at every value, a 90 % sequence misses the truth at any time in at most 10 % of 500 runs', () => {
  const random = createRandom(11);
  let missed = 0;
  for (let run = 0; run < 500; run++) {
    let tally = emptyTally;
    for (let k = 0; k < 400; k++) {
      tally = tallied(tally, random.uniform() < 0.2 ? 1 : 0);
      // The truth leaves the interval exactly where its ratio reaches 1/alpha.
      if (logMixtureRatio(tally, 0.2) >= evidenceNeeded(0.1)) {
        missed++;
        break;
      }
    }
  }
  expect(missed).toBeLessThanOrEqual(50);
  expect(missed).toBeGreaterThan(0);
});
