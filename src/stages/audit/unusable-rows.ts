import type { AuditFinding, AuditItem } from '../../core/audit.ts';
import type { Collected } from './collect.ts';
import { excerpt, rowsText } from './finding.ts';

/** Rows that could not be read as an input with a target. */
export function unusableRows({ listed, count }: Collected['unusable'], usable: number): AuditFinding | null {
  if (count === 0) return null;
  const lines: AuditFinding['lines'] = [];
  for (const { file, split, line } of listed) {
    const known = lines.find(one => one.file === file && one.split === split);
    if (known === undefined) lines.push({ file, split, lines: [line] });
    else known.lines.push(line);
  }
  const rowsChecked = usable + count;
  return {
    kind: 'unusable',
    severity: count > rowsChecked / 50 ? 'error' : 'warning',
    summary: `${rowsText(count)} cannot be read as an input with a target`,
    advice: 'Correct the rows, or name the right columns.',
    count,
    share: count / rowsChecked,
    lines,
    items: listed.map(
      ({ file, split, line, reason, excerpt: raw }): AuditItem => ({
        rows: [{ split, file, line, id: null }],
        score: 1,
        suggestion: { action: 'fix', target: null, probability: null },
        target: null,
        evidence: reason,
        excerpt: excerpt(raw),
        opinions: [],
      }),
    ),
    unlistedItems: count - listed.length,
    method: 'The rules of import.',
    rowsChecked,
  };
}
