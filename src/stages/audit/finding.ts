import type {
  AuditFinding,
  AuditItem,
  AuditKind,
  AuditSeverity,
  AuditSuggestion,
  LabelOpinion,
} from '../../core/audit.ts';
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
  /** Gone through once. */
  readonly found: Iterable<Found>;
  readonly summary: string;
  readonly advice: string;
  readonly method: string;
  /** All rows where absent. */
  readonly rowsChecked?: number;
  explain(found: Found): {
    readonly evidence: string;
    readonly suggestion: AuditSuggestion | null;
    /** None where absent. */
    readonly opinions?: LabelOpinion[];
  };
}

/** The finding, worst rows first; null where nothing was found. */
export function finding<Found extends Candidate>(
  rows: AuditRows,
  parts: FindingParts<Found>,
): AuditFinding | null {
  const { kind, severity, found, summary, advice, method } = parts;
  const concerns = new Uint8Array(rows.count);
  const worst = new Worst<Found>();
  for (const one of found) {
    concerns[one.row] = 1;
    worst.add(one);
  }
  if (worst.seen === 0) return null;
  const rowsChecked = parts.rowsChecked ?? rows.count;
  const concerned = placesOf(concerns);
  const items = worst.sorted().map((one): AuditItem => {
    const { evidence, suggestion, opinions = [] } = parts.explain(one);
    return {
      rows: [one.row, ...one.others].map(row => rows.reference(row)),
      score: one.score,
      suggestion,
      target: rows.target(one.row),
      evidence,
      excerpt: excerpt(rows.text(one.row)),
      opinions,
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
    unlistedItems: worst.seen - items.length,
    method,
    rowsChecked,
  };
}

/** The worst of many candidates, the others let go. */
class Worst<Found extends Candidate> {
  seen = 0;
  #kept: Found[] = [];

  add(found: Found): void {
    this.seen += 1;
    this.#kept.push(found);
    if (this.#kept.length >= 2 * maximumItems) this.#kept = this.sorted();
  }

  sorted(): Found[] {
    return this.#kept.sort((a, b) => b.score - a.score || a.row - b.row).slice(0, maximumItems);
  }
}

/** Indices of what is not 0, ascending. */
function placesOf(marks: Uint8Array): number[] {
  const places: number[] = [];
  for (const [place, mark] of marks.entries()) if (mark !== 0) places.push(place);
  return places;
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
    const source = rows.source(row);
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

/** `1 row holds`, `12 rows hold`. */
export function rowsThat(count: number, one: string, several: string): string {
  return `${rowsText(count)} ${count === 1 ? one : several}`;
}

/** `1 row`, `12 rows`. */
export function rowsText(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;
}
