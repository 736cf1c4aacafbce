import type { AuditFinding } from '../../../core/audit.ts';
import type { AuditRows } from '../audit-rows.ts';
import { type Candidate, finding, rowsThat } from '../finding.ts';
import { placeOf, targetText } from './equal-inputs.ts';
import { leavesBefore } from './keep-order.ts';
import { type NearPairs, nearMethod } from './near-pairs.ts';

/** Near duplicates, near conflicts and near leaks; of each row its most similar partner. */
export function nearInputs(
  rows: AuditRows,
  near: NearPairs,
  options: {
    readonly severalTargets: boolean;
    /** Similarity from which different targets are suspicious, 0..1. */
    readonly conflictFrom: number;
  },
): (AuditFinding | null)[] {
  const [duplicates, conflicts, leaks] = [0, 1, 2].map(() => new BestPartners(rows.count)) as [
    BestPartners,
    BestPartners,
    BestPartners,
  ];
  for (const { earlier, later, similarity } of near.pairs(row => rows.text(row))) {
    // Equal inputs are found as such.
    if (rows.key(earlier) === rows.key(later)) continue;
    const [first, second] = [rows.split(earlier), rows.split(later)];
    const sameTarget = rows.targetHash(earlier) === rows.targetHash(later);
    if (first !== second) {
      const laterLeaves = leavesBefore(second, first);
      leaks.keep(laterLeaves ? later : earlier, laterLeaves ? earlier : later, similarity);
    } else if (sameTarget || options.severalTargets) duplicates.keep(later, earlier, similarity);
    if (!sameTarget && !options.severalTargets && similarity >= options.conflictFrom)
      conflicts.keep(later, earlier, similarity);
  }
  const similar = ({ others, score }: Candidate) =>
    `similarity ${score.toFixed(2)} to the input ${placeOf(rows, others[0]!)}`;
  return [
    finding(rows, {
      kind: 'near-leak',
      severity: 'warning',
      found: leaks,
      summary: `${rowsThat(leaks.size, 'nearly stands', 'nearly stand')} in a split that judges the model too: its score there may be too good`,
      advice:
        'Look at the pairs; drop from the learnt split what was copied, keep what users really wrote alike.',
      method: nearMethod,
      explain: found => ({
        evidence: similar(found),
        suggestion: { action: 'drop', target: null, probability: null },
      }),
    }),
    finding(rows, {
      kind: 'near-conflict',
      severity: 'warning',
      found: conflicts,
      summary: `${rowsThat(conflicts.size, 'nearly equals', 'nearly equal')} a row with another target: a border between labels, or a slip`,
      advice: 'Look at the pairs; the same rule must explain both targets.',
      method: nearMethod,
      explain: found => ({
        evidence: `${similar(found)}, which has ${targetText(rows, found.others[0]!)}`,
        suggestion: { action: 'look', target: null, probability: null },
      }),
    }),
    finding(rows, {
      kind: 'near-duplicate',
      severity: duplicates.size > rows.count / 4 ? 'warning' : 'note',
      found: duplicates,
      summary: `${rowsThat(duplicates.size, 'nearly repeats', 'nearly repeat')} an earlier row: that teaches little and counts as if it were evidence`,
      advice: 'Drop what was generated or pasted; keep what users really wrote alike.',
      method: nearMethod,
      explain: found => ({
        evidence: similar(found),
        suggestion: { action: found.score >= 0.9 ? 'drop' : 'look', target: null, probability: null },
      }),
    }),
  ];
}

/** Of each row its most similar partner, in columns: nearly every row of a large dataset may have one. */
class BestPartners {
  size = 0;
  readonly #other: Int32Array;
  readonly #score: Float64Array;

  constructor(rows: number) {
    this.#other = new Int32Array(rows).fill(-1);
    this.#score = new Float64Array(rows);
  }

  keep(row: number, other: number, score: number): void {
    if (this.#score[row]! >= score) return;
    if (this.#other[row] === -1) this.size += 1;
    this.#other[row] = other;
    this.#score[row] = score;
  }

  *[Symbol.iterator](): Generator<Candidate> {
    for (let row = 0; row < this.#other.length; row++) {
      const other = this.#other[row]!;
      if (other !== -1) yield { row, others: [other], score: this.#score[row]! };
    }
  }
}
