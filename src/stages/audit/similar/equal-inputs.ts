import type { AuditFinding } from '../../../core/audit.ts';
import type { AuditRows } from '../audit-rows.ts';
import { repeatedPlaces } from '../columns/repeated.ts';
import { type Candidate, finding, rowsText, rowsThat } from '../finding.ts';
import { leavesBefore } from './keep-order.ts';

interface Conflict extends Candidate {
  /** Hash of the target that most rows of the input have; null on a tie. */
  readonly majority: number | null;
  readonly share: number;
  /** Rows that contradict it; `others` has the first of them. */
  readonly against: number;
}

const method = 'Equal after Unicode form, case and white space are folded, as import compares inputs.';

/** Exact duplicates, conflicts and leaks: rows with equal inputs. */
export function equalInputs(rows: AuditRows, options: { severalTargets: boolean }): (AuditFinding | null)[] {
  const groups = [...repeatedPlaces(rows.keys()).values()];
  function* of<Found>(find: (rows: AuditRows, group: readonly number[]) => Iterable<Found>) {
    for (const group of groups) yield* find(rows, group);
  }
  const conflicts = () => (options.severalTargets ? [] : of(conflictsOf));
  const duplicates = count(of(duplicatesOf));
  return [
    finding(rows, {
      kind: 'leak',
      severity: 'error',
      found: of(leaksOf),
      summary: `${rowsThat(count(of(leaksOf)), 'also stands', 'also stand')} in a split that judges the model: its score there is too good`,
      advice: 'Drop the rows from the split that is learnt from; import does it by itself.',
      method,
      explain: ({ others }) => ({
        evidence: `the same input is ${placeOf(rows, others[0]!)}`,
        suggestion: { action: 'drop', target: null, probability: null },
      }),
    }),
    finding(rows, {
      kind: 'conflict',
      severity: 'error',
      found: conflicts(),
      summary: `${rowsThat(count(conflicts()), 'contradicts', 'contradict')} another row with the same input: no model can learn both`,
      advice: 'Decide on one target for each input.',
      method: `${method} The target that most of the rows have is suggested.`,
      explain: ({ others, majority, share, against }) => ({
        evidence: `the same input has ${targetText(rows, others[0]!)} ${placeOf(rows, others[0]!)}${against > 1 ? ` and in ${rowsText(against - 1)} more` : ''}`,
        suggestion:
          majority === null
            ? { action: 'look', target: null, probability: null }
            : { action: 'relabel', target: rows.targetText(majority), probability: share },
      }),
    }),
    finding(rows, {
      kind: 'exact-duplicate',
      severity: duplicates > rows.count / 10 ? 'warning' : 'note',
      found: of(duplicatesOf),
      summary: `${rowsThat(duplicates, 'repeats', 'repeat')} an earlier row: what is repeated weighs double in training and makes intervals too narrow`,
      advice: 'Drop the repeats; import does it by itself.',
      method,
      explain: ({ others }) => ({
        evidence: `the same input and target are ${placeOf(rows, others[0]!)}`,
        suggestion: { action: 'drop', target: null, probability: null },
      }),
    }),
  ];
}

/** `at train.jsonl:12`. */
export function placeOf(rows: AuditRows, row: number): string {
  const { file, line } = rows.reference(row);
  return `at ${file}:${line}`;
}

/** The target of a row as evidence names it. */
export function targetText(rows: AuditRows, row: number): string {
  const target = rows.target(row);
  return target === null || target.length > 60 ? 'another target' : `the target "${target}"`;
}

function count(found: Iterable<unknown>): number {
  let counted = 0;
  for (const _ of found) counted++;
  return counted;
}

function* duplicatesOf(rows: AuditRows, group: readonly number[]): Generator<Candidate> {
  const seen = new Map<string, number>();
  for (const row of group) {
    const same = `${rows.split(row)} ${rows.targetHash(row)}`;
    const before = seen.get(same);
    if (before === undefined) seen.set(same, row);
    else yield { row, others: [before], score: 1 };
  }
}

function* leaksOf(rows: AuditRows, group: readonly number[]): Generator<Candidate> {
  const kept = group.reduce((best, row) => (leavesBefore(rows.split(best), rows.split(row)) ? row : best));
  for (const row of group)
    if (leavesBefore(rows.split(row), rows.split(kept))) yield { row, others: [kept], score: 1 };
}

function* conflictsOf(rows: AuditRows, group: readonly number[]): Generator<Conflict> {
  const counts = new Map<number, number>();
  for (const row of group) counts.set(rows.targetHash(row), (counts.get(rows.targetHash(row)) ?? 0) + 1);
  if (counts.size === 1) return;
  const most = Math.max(...counts.values());
  const leaders = [...counts].filter(([, count]) => count === most);
  const majority = leaders.length === 1 ? leaders[0]![0] : null;
  const share = most / group.length;
  for (const row of group) {
    const target = rows.targetHash(row);
    if (target === majority) continue;
    const against = group.filter(other => rows.targetHash(other) !== target);
    const others = majority === null ? against : against.filter(other => rows.targetHash(other) === majority);
    const score = majority === null ? 0.5 : share;
    yield { row, others: others.slice(0, 5), score, majority, share, against: others.length };
  }
}
