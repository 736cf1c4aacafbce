import type { JudgedRows } from './judged-rows.ts';

/** A row whose label a model that has not seen it holds for wrong. */
export interface LabelIssue {
  readonly row: number;
  /** Class that fits better. */
  readonly suggested: number;
  /** Probability of that class, 0..1. */
  readonly probability: number;
  /** Probability of the class the row has, 0..1. */
  readonly own: number;
}

/**
 * Confident learning: the mean probability that rows of a class get for that class is its threshold. A row counts for
 * the class with the highest probability among those at or above their thresholds. It is an issue where that class is
 * not the given one and the given one is not the most probable.
 *
 * @param judged probabilities of models that have not seen the rows
 * @returns issues, the least probable given label first
 * @see C. Northcutt, L. Jiang, I. Chuang, "Confident learning: estimating uncertainty in dataset labels", JAIR 70, 2021
 */
export function labelIssues(judged: JudgedRows): LabelIssue[] {
  const issues: LabelIssue[] = [];
  for (const { row, given, own, top } of judged.disagreeing()) {
    const confident = top.find(({ label, probability }) => probability >= judged.threshold(label));
    const ownCounts = own >= judged.threshold(given) && own >= (confident?.probability ?? 0);
    if (confident === undefined || confident.label === given || ownCounts) continue;
    issues.push({ row, suggested: confident.label, probability: confident.probability, own });
  }
  return issues.sort((a, b) => a.own - b.own || b.probability - a.probability || a.row - b.row);
}
