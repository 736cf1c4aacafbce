/** Student's t, 97.5 %, by degrees of freedom from 1. */
const studentT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13];

/**
 * Geometric mean of paired ratios with its 95 % interval over rounds; paired within a round, so that what disturbs a
 * whole round cancels. The ends are null for a single round.
 */
export function ratioOf(ours, theirs) {
  const logs = ours.map((one, index) => Math.log(one / theirs[index]));
  const rounds = logs.length;
  const mean = logs.reduce((sum, one) => sum + one, 0) / rounds;
  const ratio = rounded(Math.exp(mean), 3);
  if (rounds < 2) return { ratio, low: null, high: null, rounds };
  const variance = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (rounds - 1);
  const half = (studentT[rounds - 2] ?? 1.96) * Math.sqrt(variance / rounds);
  return { ratio, low: rounded(Math.exp(mean - half), 3), high: rounded(Math.exp(mean + half), 3), rounds };
}

export const mean = numbers => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
export const percentile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
export const rounded = (number, digits = 2) => Number(number.toFixed(digits));
