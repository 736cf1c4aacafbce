import type { TaskMetric } from '../task-metric.ts';

/** Words as runs of letters and digits in lower case; for ASCII text the tokens of the rouge-score package. */
const words = (text: string) =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter(word => word !== '');

/**
 * ROUGE-L: F1 of the longest common subsequence of words, without stemming, best over the references.
 *
 * @see C.-Y. Lin, "ROUGE: a package for automatic evaluation of summaries", 2004, section 3
 */
export const rougeL: TaskMetric = {
  name: 'rouge-l',
  description: 'ROUGE-L: longest common subsequence of words with the reference, as F1.',
  binary: false,
  score(example, answer) {
    if (answer.error !== null) return 0;
    const given = words(answer.text);
    return Math.max(...[example.target, ...example.references].map(reference => f1(given, words(reference))));
  },
  corpus: null,
};

function f1(given: readonly string[], expected: readonly string[]): number {
  if (given.length === 0 || expected.length === 0) return 0;
  return (2 * commonSubsequence(given, expected)) / (given.length + expected.length);
}

/** Length of the longest common subsequence, one row of the table at a time. */
function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  const row = new Int32Array(b.length + 1);
  for (const word of a) {
    let diagonal = 0;
    for (let column = 1; column <= b.length; column++) {
      const above = row[column]!;
      row[column] = word === b[column - 1] ? diagonal + 1 : Math.max(above, row[column - 1]!);
      diagonal = above;
    }
  }
  return row[b.length]!;
}
