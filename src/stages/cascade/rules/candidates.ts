import {
  candidatesAtRanks,
  candidatesFromOtherRows,
  type ThresholdCandidates,
} from '../../../stats/selective/threshold-candidates.ts';
import type { TestedRows } from '../fit/tested-rows.ts';

/** Starts of chains, or ranks: each has this part of delta. */
export const parts = 4;

/** By how many delta is shared: thresholds known by themselves are one chain. */
export const partsFor = ({ knownThresholds }: TestedRows): number => (knownThresholds === null ? parts : 1);

/** The strictest threshold aims at so many times the fewest rows, as other rows give its place only roughly. */
const headroom = 1.5;

/**
 * Thresholds to test, fixed without the outcome of the tested rows: by the scale of the score, by the rows that it was
 * fitted on, or at ranks that depend on nothing but the number of rows.
 *
 * @param fewest answered rows below which a test cannot pass, integer
 * @returns null where there are not even so many rows
 */
export function candidatesFor(
  { scores, otherScores, knownThresholds }: TestedRows,
  fewest: number,
): ThresholdCandidates | null {
  const n = scores.length;
  if (n < fewest) return null;
  if (knownThresholds !== null)
    return { thresholds: [...knownThresholds, Number.NEGATIVE_INFINITY], starts: [0], chained: true };
  if (otherScores !== null) return candidatesFromOtherRows(otherScores, (headroom * fewest) / n, 48, parts);
  const counts = Array.from({ length: parts }, (_, part) =>
    Math.round(fewest * (n / fewest) ** (part / (parts - 1))),
  );
  return candidatesAtRanks(scores, [...new Set(counts)]);
}
