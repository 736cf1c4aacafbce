import type { Audit, AuditFinding } from '../../../core/audit.ts';
import type { AuditRows } from '../audit-rows.ts';
import { type Candidate, finding } from '../finding.ts';

/** Below this a label can neither be learnt well nor judged: 10 test rows give an interval of about ±0.3. */
const fewRows = 20;

/** Rows by label, most first. */
export function labelCounts(rows: AuditRows): NonNullable<Audit['profile']['labels']> {
  const counts = new Map<number, number>();
  for (const target of rows.targetHashes()) counts.set(target, (counts.get(target) ?? 0) + 1);
  return [...counts]
    .map(([target, count]) => ({ label: rows.targetText(target) ?? '', rows: count }))
    .sort((a, b) => b.rows - a.rows || (a.label < b.label ? -1 : 1));
}

/** Labels with few rows, the rarest first. */
export function rareLabels(rows: AuditRows): AuditFinding | null {
  const members = new Map<number, number[]>();
  for (const [row, target] of rows.targetHashes().entries()) {
    const list = members.get(target);
    if (list === undefined) members.set(target, [row]);
    else if (list.length < fewRows) list.push(row);
  }
  const rare = [...members.values()].filter(list => list.length < fewRows);
  const found = rare.flatMap(list =>
    list.map(row => ({ row, others: [], score: 1 - list.length / fewRows, size: list.length })),
  );
  return finding<Candidate & { size: number }>(rows, {
    kind: 'rare-label',
    severity: 'warning',
    found,
    summary: `${rare.length} of ${members.size} labels have fewer than ${fewRows} rows: too few to learn and to judge`,
    advice: `Label more rows of them, or merge labels; ${fewRows} rows each is the least.`,
    method: `Rows of each label over all files, fewer than ${fewRows}.`,
    explain: ({ row, size }) => ({
      evidence: `the label "${rows.target(row)}" has ${size} of ${fewRows} rows`,
      suggestion: { action: 'add-rows', target: rows.target(row), probability: null },
    }),
  });
}
