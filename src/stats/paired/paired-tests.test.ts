import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binomialPmf } from '../distributions/binomial.ts';
import golden from '../fixtures/paired.json' with { type: 'json' };
import { mcnemarTest } from './mcnemar.ts';
import { pairedScoreInterval } from './paired-score-interval.ts';

test("McNemar's exact and mid-p values agree with statsmodels and scipy", () => {
  for (const { wins, losses, exact, mid } of golden.mcnemar) {
    const { pValue, midPValue } = mcnemarTest(wins, losses);
    expect(pValue).toBeCloseTo(exact, 10);
    expect(midPValue).toBeCloseTo(mid, 10);
  }
});

test('no differing rows are no evidence of a difference', () => {
  expect(mcnemarTest(0, 0)).toEqual({ pValue: 1, midPValue: expect.any(Number) });
  expect(() => mcnemarTest(-1, 2)).toThrow(RangeError);
  expect(() => mcnemarTest(1.5, 2)).toThrow(RangeError);
});

test("Tango's interval agrees with the score statistic solved numerically from its definition", () => {
  for (const { wins, losses, n, confidence, low, high } of golden.tango) {
    const interval = pairedScoreInterval(wins, losses, n, confidence);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  }
});

test("Tango's interval of the airway responsiveness example is as published", () => {
  // Bentur et al. 2009, as worked in Fagerland, Lydersen and Laake, Statistics in Medicine 33, 2014.
  const { low, high } = pairedScoreInterval(1, 7, 21);
  expect(low).toBeCloseTo(-0.517, 3);
  expect(high).toBeCloseTo(-0.026, 3);
});

const counts = fc
  .tuple(fc.nat(60), fc.nat(60), fc.nat(400))
  .filter(([wins, losses, ties]) => wins + losses + ties > 0);

test("Tango's interval holds its value, has width, stays within -1..1 and mirrors when systems are swapped", () => {
  fc.assert(
    fc.property(counts, ([wins, losses, ties]) => {
      const n = wins + losses + ties;
      const { value, low, high } = pairedScoreInterval(wins, losses, n);
      expect(low).toBeGreaterThanOrEqual(-1);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(high).toBeGreaterThan(low);
      const swapped = pairedScoreInterval(losses, wins, n);
      expect(swapped.low).toBeCloseTo(-high, 12);
      expect(swapped.high).toBeCloseTo(-low, 12);
    }),
  );
});

test('without any differing row the interval is z squared over n plus z squared wide to either side', () => {
  const { value, low, high } = pairedScoreInterval(0, 0, 124);
  const bound = 1.959963984540054 ** 2 / (124 + 1.959963984540054 ** 2);
  expect(value).toBe(0);
  expect(low).toBeCloseTo(-bound, 12);
  expect(high).toBeCloseTo(bound, 12);
});

/** Exact coverage for each truth [win, loss]: the probability of the tables whose interval holds the difference. */
function coverages(n: number, truths: readonly (readonly [number, number])[]): number[] {
  const sums = truths.map(() => 0);
  for (let wins = 0; wins <= n; wins++) {
    for (let losses = 0; wins + losses <= n; losses++) {
      const { low, high } = pairedScoreInterval(wins, losses, n);
      truths.forEach(([win, loss], k) => {
        if (low > win - loss || high < win - loss) return;
        // Trinomial as binomial of the differing rows times binomial of the wins among them.
        sums[k]! +=
          binomialPmf(wins + losses, n, win + loss) * binomialPmf(wins, wins + losses, win / (win + loss));
      });
    }
  }
  return sums;
}

test("Tango's interval covers 95 % on average and never far less", () => {
  const truths: [number, number][] = [];
  for (let win = 0.01; win < 0.3; win += 0.03)
    for (let loss = 0.01; loss < 0.3; loss += 0.03) truths.push([win, loss]);
  const covered = coverages(50, truths);
  const mean = covered.reduce((sum, value) => sum + value, 0) / covered.length;
  expect(mean).toBeGreaterThan(0.945);
  expect(mean).toBeLessThan(0.965);
  expect(Math.min(...covered)).toBeGreaterThan(0.925);
});

test('impossible counts are refused', () => {
  expect(() => pairedScoreInterval(2, 2, 3)).toThrow(RangeError);
  expect(() => pairedScoreInterval(0, 0, 0)).toThrow(RangeError);
});
