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

/** What the model gave one row: enough to judge it, without all probabilities. */
export interface Judged {
  readonly row: number;
  readonly given: number;
  /** Probability of the given class. */
  readonly own: number;
  /** The classes of the highest probabilities, highest first. */
  readonly top: readonly { readonly label: number; readonly probability: number }[];
}

/**
 * Confident learning: the mean probability that rows of a class get for that class is its threshold. A row counts for
 * the class with the highest probability among those at or above their thresholds. It is an issue where that class is
 * not the given one and the given one is not the most probable.
 *
 * @param judged one entry a row, probabilities of models that have not seen the row
 * @param classes number of classes
 * @returns issues, the least probable given label first
 * @see C. Northcutt, L. Jiang, I. Chuang, "Confident learning: estimating uncertainty in dataset labels", JAIR 70, 2021
 */
export function labelIssues(judged: readonly Judged[], classes: number): LabelIssue[] {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (const { given, own } of judged) {
    sums[given]! += own;
    counts[given]! += 1;
  }
  // A class without rows has no threshold that could be reached.
  const threshold = (label: number) => (counts[label] === 0 ? 2 : sums[label]! / counts[label]!);
  const issues: LabelIssue[] = [];
  for (const { row, given, own, top } of judged) {
    if (top[0]?.label === given) continue;
    const confident = top.find(({ label, probability }) => probability >= threshold(label));
    const ownCounts = own >= threshold(given) && own >= (confident?.probability ?? 0);
    if (confident === undefined || confident.label === given || ownCounts) continue;
    issues.push({ row, suggested: confident.label, probability: confident.probability, own });
  }
  return issues.sort((a, b) => a.own - b.own || b.probability - a.probability || a.row - b.row);
}
