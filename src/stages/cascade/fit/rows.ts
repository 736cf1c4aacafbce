import type { Signals } from '../../../core/cascade.ts';
import { createRandom } from '../../../stats/random.ts';

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
export function independentRows(rows: readonly ScoredRow[], seed: number): ScoredRow[] {
  const random = createRandom(seed);
  const shuffled = [...rows];
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!];
  }
  const seen = new Set<string>();
  return shuffled.filter(({ group }) => {
    if (group === null) return true;
    if (seen.has(group)) return false;
    seen.add(group);
    return true;
  });
}
