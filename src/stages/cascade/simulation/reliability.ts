/** Rows of similar confidence: what was stated, and what came true. */
export interface ReliabilityBin {
  /** Confidence from `low` to `high`. */
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  /** Mean confidence. */
  readonly stated: number;
  /** Share right. */
  readonly right: number;
}

/**
 * Reliability diagram in bins that hold about equally many rows; rows of equal confidence stay together.
 * @see A. Niculescu-Mizil, R. Caruana, "Predicting good probabilities with supervised learning", ICML 2005, section 2
 */
export function reliabilityBins(
  confidences: readonly number[],
  correct: readonly boolean[],
  bins = 10,
): ReliabilityBin[] {
  const order = confidences.map((_, row) => row).sort((a, b) => confidences[a]! - confidences[b]!);
  const found: ReliabilityBin[] = [];
  let start = 0;
  for (let bin = 1; bin <= bins; bin++) {
    let end = Math.max(start, Math.round((bin * order.length) / bins));
    while (end > start && end < order.length && confidences[order[end]!] === confidences[order[end - 1]!])
      end++;
    if (end === start) continue;
    const members = order.slice(start, end);
    const stated = members.reduce((sum, row) => sum + confidences[row]!, 0) / members.length;
    found.push({
      low: confidences[members[0]!]!,
      high: confidences[members.at(-1)!]!,
      rows: members.length,
      stated,
      right: members.filter(row => correct[row]).length / members.length,
    });
    start = end;
  }
  return found;
}
