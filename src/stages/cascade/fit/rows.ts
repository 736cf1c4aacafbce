import type { Signals } from '../../../core/cascade.ts';
import { createRandom } from '../../../stats/random/random.ts';
import { shuffle } from '../../../stats/random/shuffle.ts';

/** One answered row, with what is known of it. */
export interface ScoredRow {
  readonly id: string;
  /** Rows of one group are not independent of each other. */
  readonly group: string | null;
  readonly signals: Signals;
  readonly valid: boolean | null;
  /** The specialist failed on this row: it is escalated whatever the policy. */
  readonly failed: boolean;
  /** Whether the specialist's answer is right. */
  readonly correct: boolean;
  /** Whether the large model's is; null where it was not asked. */
  readonly largeCorrect: boolean | null;
  /** What the large model's answer cost; null where unknown. */
  readonly largeCostUsd: number | null;
}

/**
 * One row of each group, drawn by seed, in random order: independent draws, as the exact bound needs them. Rows
 * without a group stand for themselves.
 */
export function independentRows<Row extends { readonly group: string | null }>(
  rows: readonly Row[],
  seed: number,
): Row[] {
  const shuffled = shuffle([...rows], createRandom(seed));
  const seen = new Set<string>();
  return shuffled.filter(({ group }) => {
    if (group === null) return true;
    if (seen.has(group)) return false;
    seen.add(group);
    return true;
  });
}
