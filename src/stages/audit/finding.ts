import type { AuditFinding, AuditItem, AuditKind, AuditSeverity, AuditSuggestion } from '../../core/audit.ts';
import { createRedactor } from '../../redaction/redactor.ts';
import type { AuditRows } from './audit-rows.ts';

/** Items listed of a finding, at most; row numbers are always listed all. */
const maximumItems = 2_000;
const excerptLength = 200;

/** A row to look at, before it is put into words. */
export interface Candidate {
  readonly row: number;
  /** Rows that are the reason. */
  readonly others: readonly number[];
  /** 0..1, 1 first. */
  readonly score: number;
}

/** What is the same for all rows of a finding. */
export interface FindingParts<Found extends Candidate> {
  readonly kind: AuditKind;
  readonly severity: AuditSeverity;
  readonly found: readonly Found[];
  readonly summary: string;
  readonly advice: string;
  readonly method: string;
  /** All rows where absent. */
  readonly rowsChecked?: number;
  explain(found: Found): { readonly evidence: string; readonly suggestion: AuditSuggestion | null };
}

/** The finding, worst rows first; null where nothing was found. */
export function finding<Found extends Candidate>(
  rows: AuditRows,
  parts: FindingParts<Found>,
): AuditFinding | null {
  const { kind, severity, found, summary, advice, method } = parts;
  if (found.length === 0) return null;
  const rowsChecked = parts.rowsChecked ?? rows.count;
  const worst = [...found].sort((a, b) => b.score - a.score || a.row - b.row).slice(0, maximumItems);
  const concerned = [...new Set(found.map(({ row }) => row))];
  const items = worst.map((one): AuditItem => {
    const { evidence, suggestion } = parts.explain(one);
    return {
      rows: [one.row, ...one.others].map(row => rows.reference(row)),
      score: one.score,
      suggestion,
      target: rows.target(one.row),
      evidence,
      excerpt: excerpt(rows.texts[one.row]!),
    };
  });
  return {
    kind,
    severity,
    summary,
    advice,
    count: concerned.length,
    share: rowsChecked === 0 ? 0 : Math.min(1, concerned.length / rowsChecked),
    lines: linesByFile(rows, concerned),
    items,
    unlistedItems: found.length - items.length,
    method,
    rowsChecked,
  };
}

const redactor = createRedactor();

/** The beginning of a text in one line, without personal data and secrets. */
export function excerpt(text: string): string {
  const flat = redactor
    .begin()(text.slice(0, excerptLength * 4))
    .replace(/\s+/gu, ' ')
    .trim();
  if (flat.length <= excerptLength) return flat;
  return `${flat.slice(0, excerptLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Groups line numbers by file and split, ascending. */
export function linesByFile(rows: AuditRows, concerned: readonly number[]): AuditFinding['lines'] {
  const bySource = new Map<number, number[]>();
  for (const row of concerned) {
    const source = rows.sources[row]!;
    const lines = bySource.get(source) ?? [];
    bySource.set(source, lines);
    lines.push(row);
  }
  return [...bySource]
    .sort(([a], [b]) => a - b)
    .map(([, members]) => {
      const { split, file } = rows.reference(members[0]!);
      const lines = members.map(row => rows.reference(row).line).sort((a, b) => a - b);
      return { split, file, lines };
    });
}

/** `1 row`, `12 rows`. */
export function rowsText(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;
}
