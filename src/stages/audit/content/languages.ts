import { eld } from 'eld/small';
import type { Audit, AuditFinding } from '../../../core/audit.ts';
import type { AuditRows } from '../audit-rows.ts';
import { type Candidate, finding, rowsThat } from '../finding.ts';
import { spread } from './spread.ts';

/** Rows whose language is told, at most. */
export const maximumRowsTold = 50_000;
/** Bytes of letters below which no language is told. */
const leastBytes = 20;
/** Characters that are looked at. */
const longest = 1_000;
/** A language with a smaller share of the rows is another one; a larger share is a dataset in several languages. */
const otherShare = 0.05;
const undetermined = 'und';

/** Language of a text as ISO 639-1; `und` where it is too short to tell. */
export function languageOf(text: string): string {
  const letters = text.slice(0, longest).replace(/[^\p{L}\p{M}]+/gu, ' ');
  if (Buffer.byteLength(letters.trim()) < leastBytes) return undetermined;
  const told = eld.detect(letters);
  return told.isReliable() ? told.language || undetermined : undetermined;
}

/** The languages of the rows, and the rows in a language that few others have. */
export function languageMix(rows: AuditRows): {
  readonly languages: Audit['profile']['languages'];
  readonly finding: AuditFinding | null;
} {
  const told = spread(rows.count, maximumRowsTold).map(row => ({
    row,
    language: languageOf(rows.text(row)),
  }));
  const counts = new Map<string, number>();
  for (const { language } of told) counts.set(language, (counts.get(language) ?? 0) + 1);
  const languages = [...counts]
    .map(([language, count]) => ({ language, rows: count }))
    .sort((a, b) => b.rows - a.rows || (a.language < b.language ? -1 : 1));
  const known = told.length - (counts.get(undetermined) ?? 0);
  const main = languages.find(({ language }) => language !== undetermined)?.language ?? undetermined;
  const isOther = (language: string) =>
    language !== undetermined && language !== main && counts.get(language)! < otherShare * known;
  const found = told
    .filter(({ language }) => isOther(language))
    .map(({ row, language }) => ({ row, others: [], score: 1 - counts.get(language)! / known, language }));
  return {
    languages,
    finding: finding<Candidate & { language: string }>(rows, {
      kind: 'other-language',
      severity: 'note',
      found,
      summary: `${rowsThat(found.length, 'seems', 'seem')} to be in another language than most (${main})`,
      advice: 'Keep them if users write so, and then label more of them; else drop them.',
      method: `Language by n-grams (eld), where a text has at least ${leastBytes} bytes of letters and the answer is reliable; languages with less than ${otherShare * 100} % of the rows.`,
      rowsChecked: told.length,
      explain: ({ language }) => ({
        evidence: `seems to be ${language}`,
        suggestion: { action: 'look', target: null, probability: null },
      }),
    }),
  };
}
