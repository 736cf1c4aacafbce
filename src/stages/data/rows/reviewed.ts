import type { Repair, SetAsideRow } from '../../../core/dataset.ts';
import { DataError } from '../../../core/errors/index.ts';
import { type ReviewDecision, reviewRow } from '../../../core/review.ts';
import type { CollectedSource } from '../collect.ts';
import { excerptOf } from '../readers/raw-row.ts';
import type { Row } from './row.ts';
import type { TargetReader } from './target.ts';

/** What people's decisions did to the rows. */
export interface ReviewOutcome {
  /** Rows that were dropped; they do not count as bad. */
  readonly dropped: readonly SetAsideRow[];
  readonly fixed: readonly Repair[];
  /** Decisions on rows that no file has any more. */
  readonly stale: readonly ReviewDecision[];
}

/**
 * Applies decisions to the collected rows, in place: dropped rows leave, fixed rows get their target.
 * @throws DataError `review-target-invalid` when a target does not fit the task any more
 */
export function applyReview(
  sources: readonly CollectedSource[],
  decisions: ReadonlyMap<string, ReviewDecision>,
  readTarget: TargetReader,
): ReviewOutcome {
  const dropped: SetAsideRow[] = [];
  const fixed: Repair[] = [];
  const found = new Set<string>();
  if (decisions.size === 0) return { dropped, fixed, stale: [] };
  for (const { rows } of sources) {
    const kept: Row[] = [];
    for (const row of rows) {
      const reviewed = reviewRow(decisions, row.messages, row.target);
      for (const hash of reviewed.found) found.add(hash);
      const { droppedBy, fixes } = reviewed;
      const { file, line } = row;
      if (droppedBy !== null) {
        const reason = `review: dropped by ${signed(droppedBy)}`;
        const excerpt = excerptOf(row.messages.map(message => message.content).join(' '));
        dropped.push({ file, line, code: 'dropped-in-review', reason, excerpt });
        continue;
      }
      const fix = fixes.at(-1);
      if (fix === undefined) {
        kept.push(row);
        continue;
      }
      const target = checked(fix, reviewed.target, readTarget);
      const reason = `review: "${excerptOf(row.target)}" became "${excerptOf(target)}", by ${signed(fix)}`;
      fixed.push({ code: 'fixed-in-review', file, line, reason, because: null });
      // What a model thought of the labels does not count where a person has decided.
      kept.push({ ...row, target, labelProbabilities: null });
    }
    rows.splice(0, rows.length, ...kept);
  }
  const stale = [...decisions.values()].filter(decision => !found.has(decision.row));
  return { dropped, fixed, stale };
}

function checked(fix: ReviewDecision, target: string, readTarget: TargetReader): string {
  const read = readTarget({ record: { target }, column: 'target' });
  if (!('problem' in read)) return read.value;
  throw new DataError(
    'review-target-invalid',
    `The target that ${signed(fix)} gave a row does not fit the task: ${read.problem.reason}`,
    `Run \`stepdown data review --undo ${fix.id} --by "Your Name"\`, or correct the task section.`,
    { details: { decision: fix.id } },
  );
}

function signed({ by, at, note }: ReviewDecision): string {
  return `${by} on ${at.slice(0, 10)}${note === null ? '' : ` (${note})`}`;
}
