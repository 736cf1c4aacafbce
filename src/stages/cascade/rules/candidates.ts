import {
  candidatesAtRanks,
  candidatesFromOtherRows,
  type ThresholdCandidates,
} from '../../../stats/selective/threshold-candidates.ts';
import type { TestedRows } from '../fit/tested-rows.ts';

/** What fixes the thresholds to try: the scale of the score, rows that do not test, or ranks of those that do. */
export type ThresholdSource = 'scale' | 'guides' | 'ranks';

/**
 * By how many delta is shared: chains that begin at one threshold, which is known, or at two; ranks, each on its own.
 * More starts ask for more answers of each; fewer hang on where guides place the strictest threshold.
 */
export const partsOf: Readonly<Record<ThresholdSource, number>> = { scale: 1, guides: 2, ranks: 4 };

/** Rows from which ranks lie twice as close: four would leave gaps that grow with the rows. */
const rowsForFineRanks = 400;

/** By how many delta is shared for these rows. */
export function partsFor({ scores, knownThresholds, otherScores }: TestedRows): number {
  if (knownThresholds !== null) return partsOf.scale;
  if (otherScores !== null) return partsOf.guides;
  return scores.length < rowsForFineRanks ? partsOf.ranks : 2 * partsOf.ranks;
}

/** Thresholds that guides fix, at most. */
const mostThresholds = 48;
/** The strictest threshold aims at so many times the fewest rows, as other rows give its place only roughly. */
const headroom = 1.2;

/**
 * Thresholds to test, fixed without the outcome of the tested rows: by the scale of the score, by the rows that it was
 * fitted on, or at ranks that depend on nothing but the number of rows.
 *
 * @param fewest answered rows below which a test cannot pass, integer
 * @returns null where there are not even so many rows
 */
export function candidatesFor(tested: TestedRows, fewest: number): ThresholdCandidates | null {
  const { scores, otherScores, knownThresholds } = tested;
  const n = scores.length;
  if (n < fewest) return null;
  if (knownThresholds !== null)
    return { thresholds: [...knownThresholds, Number.NEGATIVE_INFINITY], starts: [0], chained: true };
  if (otherScores !== null)
    return candidatesFromOtherRows(otherScores, (headroom * fewest) / n, mostThresholds, partsOf.guides);
  const ranks = partsFor(tested);
  const counts = Array.from({ length: ranks }, (_, rank) =>
    Math.round(fewest * (n / fewest) ** (rank / (ranks - 1))),
  );
  return candidatesAtRanks(scores, [...new Set(counts)]);
}
