import type { TaskMetric } from '../task-metric.ts';

const orders = 6;
const beta = 2;

/** For each order 1..6: n-grams of the answer, of the reference, and in both. */
type Counts = Int32Array;

/**
 * chrF2: F-score of character n-grams (orders 1 to 6, recall weighted twice, white space ignored); over several rows
 * of their summed counts. With several references a row counts against the one it fits best. As sacrebleu's defaults,
 * on a scale of 0..1.
 *
 * @see M. Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015
 */
export const chrF: TaskMetric = {
  name: 'chrf',
  description: 'chrF2: overlap of character n-grams with the reference, recall weighted twice.',
  binary: false,
  score: (example, answer) =>
    fScore(bestCounts(answer.error === null ? answer.text : '', [example.target, ...example.references])),
  corpus(examples, answers) {
    const counts = examples.map((example, row) => {
      const { text, error } = answers[row]!;
      return bestCounts(error === null ? text : '', [example.target, ...example.references]);
    });
    return rows => {
      const total: Counts = new Int32Array(3 * orders);
      for (let at = 0; at < rows.length; at++)
        for (let index = 0; index < total.length; index++) total[index]! += counts[rows[at]!]![index]!;
      return fScore(total);
    };
  },
};

function bestCounts(text: string, references: readonly string[]): Counts {
  const answer = ngramsByOrder(text);
  let best: Counts | null = null;
  let bestScore = -1;
  for (const reference of references) {
    const counts = compare(answer, ngramsByOrder(reference));
    const score = fScore(counts);
    if (score > bestScore) {
      best = counts;
      bestScore = score;
    }
  }
  return best!;
}

function compare(answer: readonly Map<string, number>[], reference: readonly Map<string, number>[]): Counts {
  const counts: Counts = new Int32Array(3 * orders);
  for (let order = 0; order < orders; order++) {
    const expected = reference[order]!;
    // An order the reference is too short for says nothing about the answer.
    if (expected.size === 0) continue;
    for (const [ngram, times] of answer[order]!) {
      counts[3 * order]! += times;
      counts[3 * order + 2]! += Math.min(times, expected.get(ngram) ?? 0);
    }
    for (const times of expected.values()) counts[3 * order + 1]! += times;
  }
  return counts;
}

function ngramsByOrder(text: string): Map<string, number>[] {
  const characters = [...text.replace(/\s+/gu, '')];
  return Array.from({ length: orders }, (_, order) => {
    const found = new Map<string, number>();
    for (let start = 0; start + order < characters.length; start++) {
      const ngram = characters.slice(start, start + order + 1).join('');
      found.set(ngram, (found.get(ngram) ?? 0) + 1);
    }
    return found;
  });
}

/** Precision and recall are averaged over the orders that both sides have, then combined. */
function fScore(counts: Counts): number {
  let precision = 0;
  let recall = 0;
  let effective = 0;
  for (let order = 0; order < orders; order++) {
    const answered = counts[3 * order]!;
    const expected = counts[3 * order + 1]!;
    if (answered === 0 || expected === 0) continue;
    precision += counts[3 * order + 2]! / answered;
    recall += counts[3 * order + 2]! / expected;
    effective++;
  }
  if (effective === 0 || precision + recall === 0) return 0;
  precision /= effective;
  recall /= effective;
  return ((1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall);
}
