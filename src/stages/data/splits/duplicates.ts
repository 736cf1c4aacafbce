import type { Repair } from '../../../core/dataset.ts';
import type { Row } from '../rows/row.ts';
import type { DuplicateRule } from '../schema.ts';

/** Rows after duplicates, conflicts and leaks have been dealt with, and what was done. */
export interface RepairedRows {
  readonly rows: readonly Row[];
  readonly repairs: readonly Repair[];
  /** Rows whose text has another target in the same split: they cannot be used. */
  readonly conflicts: readonly { readonly row: Row; readonly reason: string }[];
}

/** Who keeps a text that two splits have: the row in the earlier one. So test never loses a row to training. */
const precedence = ['test', 'calibration', 'validation', 'train', 'auto'] as const;

/**
 * Inside what one split was declared to hold: one row a text. Different targets are settled by the rule
 * (`generate` keeps them: they are several right answers), further copies are dropped, the first is kept.
 */
export function settleWithinSplits(
  rows: readonly Row[],
  rule: DuplicateRule['conflicts'],
  severalTargets: boolean,
): RepairedRows {
  const repairs: Repair[] = [];
  const conflicts: { row: Row; reason: string }[] = [];
  const dropped = new Set<Row>();
  for (const copies of groupBy(rows, row => `${row.declared}\u0002${row.key}`).values()) {
    if (copies.length === 1) continue;
    const byTarget = groupBy(copies, row => row.target);
    const kept = severalTargets ? [...byTarget.keys()] : settle(byTarget, rule);
    for (const [target, same] of byTarget) {
      if (kept.includes(target)) {
        for (const row of same.slice(1)) {
          dropped.add(row);
          repairs.push(repair('duplicate', row, same[0]!, 'the same text and target came before'));
        }
        continue;
      }
      for (const row of same) {
        dropped.add(row);
        conflicts.push({ row, reason: conflictReason(row, copies, kept.length > 0, rule) });
      }
    }
  }
  return { rows: rows.filter(row => !dropped.has(row)), repairs, conflicts };
}

/** The targets to keep: the one with most rows, or none on a tie or under the rule `set-aside`. */
function settle(byTarget: ReadonlyMap<string, readonly Row[]>, rule: DuplicateRule['conflicts']): string[] {
  if (byTarget.size === 1) return [...byTarget.keys()];
  if (rule === 'set-aside') return [];
  const ranked = [...byTarget].sort(([, a], [, b]) => b.length - a.length);
  return ranked[0]![1].length > ranked[1]![1].length ? [ranked[0]![0]] : [];
}

function conflictReason(row: Row, copies: readonly Row[], hasMajority: boolean, rule: string): string {
  const others = copies.filter(other => other.target !== row.target);
  const places = others.slice(0, 5).map(other => `${other.file} line ${other.line}`);
  const more = others.length > places.length ? ` and ${others.length - places.length} more` : '';
  const why = hasMajority
    ? 'most rows say otherwise'
    : rule === 'majority'
      ? 'it is a tie'
      : 'all are set aside';
  return `the same text has another target at ${places.join(', ')}${more}; ${why}`;
}

/**
 * Between declared splits: a text or group that two of them have stays in the one of higher precedence
 * (test, calibration, validation, train), and leaves the other. An auto row whose group a file already placed
 * joins that split, unless that is test, which gets no row its file does not name.
 */
export function repairLeaks(rows: readonly Row[]): Omit<RepairedRows, 'conflicts'> {
  const repairs: Repair[] = [];
  const ownerOfKey = new Map<string, Row>();
  const ownerOfGroup = new Map<string, Row>();
  const kept = new Map<Row, Row>();
  let joined = false;
  for (const split of precedence) {
    const members = rows.filter(row => row.declared === split);
    const staying: Row[] = [];
    for (const row of members) {
      const sameText = ownerOfKey.get(row.key);
      const sameGroup = row.group === null ? undefined : ownerOfGroup.get(row.group);
      if (sameText !== undefined) {
        repairs.push(
          repair('text-in-two-splits', row, sameText, `the same text is in the ${named(sameText)}`),
        );
      } else if (sameGroup !== undefined && (split !== 'auto' || sameGroup.declared === 'test')) {
        const reason = `group "${row.group}" is in the ${named(sameGroup)}`;
        repairs.push(repair('group-in-two-splits', row, sameGroup, reason));
      } else {
        const placed = sameGroup === undefined ? row : { ...row, declared: sameGroup.declared };
        joined ||= placed.declared !== row.declared;
        kept.set(row, placed);
        staying.push(placed);
      }
    }
    // Registered after the whole split has been seen: rows of one split do not push each other out.
    for (const row of staying) {
      if (!ownerOfKey.has(row.key)) ownerOfKey.set(row.key, row);
      if (row.group !== null && !ownerOfGroup.has(row.group)) ownerOfGroup.set(row.group, row);
    }
  }
  const left = rows.flatMap(row => kept.get(row) ?? []);
  if (!joined) return { rows: left, repairs };
  // A row that joined a split may bring a text there that another auto row has too.
  const again = repairLeaks(left);
  return { rows: again.rows, repairs: [...repairs, ...again.repairs] };
}

function named(row: Row): string {
  return row.declared === 'auto' ? 'rows dealt out by share' : `${row.declared} split`;
}

function repair(code: string, row: Row, because: Row, reason: string): Repair {
  return {
    code,
    file: row.file,
    line: row.line,
    reason,
    because: { file: because.file, line: because.line },
  };
}

/** Groups in order of first appearance. */
export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
