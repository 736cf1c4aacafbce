import type { AuditFinding } from '../../../core/audit.ts';
import { type AuditRows, hash53 } from '../audit-rows.ts';
import { repeatedPlaces } from '../columns/repeated.ts';
import { type Candidate, finding, rowsText } from '../finding.ts';
import { spread } from './spread.ts';

/** Rows whose words are counted, at most. */
const maximumCounted = 100_000;
/** A word in fewer rows fills a slot. */
const frequentShare = 0.002;
const leastFrequent = 10;
/** Different inputs of one form from which it is a template. */
const leastInputs = 10;
/** Words of the form itself, at least; and at least half of all words. */
const leastFixed = 4;
/** Longer texts are compared by their beginning. */
const longestWords = 60;

/** Rows with the same words around changing ones, as generated data has them. */
export function templateLike(rows: AuditRows): { share: number; finding: AuditFinding | null } {
  const frequent = frequentWords(rows);
  const forms = new Float64Array(rows.count).fill(Number.NaN);
  for (let row = 0; row < rows.count; row++) {
    const form = formOf(rows.text(row), frequent);
    if (form !== null) forms[row] = hash53(form);
  }
  const groups = [...repeatedPlaces(forms, leastInputs).values()].filter(
    members => new Set(members.map(row => rows.key(row))).size >= leastInputs,
  );
  function* found(): Generator<Candidate & { size: number }> {
    for (const members of groups) {
      const score = 1 - leastInputs / (members.length + 1);
      for (const row of members) yield { row, others: [], score, size: members.length };
    }
  }
  const count = groups.reduce((sum, { length }) => sum + length, 0);
  const share = rows.count === 0 ? 0 : count / rows.count;
  return {
    share,
    finding: finding(rows, {
      kind: 'template-like',
      severity: share > 0.3 ? 'warning' : 'note',
      found: found(),
      summary: `${rowsText(count)} fill the same words into a form: they count for less than their number`,
      advice: 'Keep a few rows of each form, or make sure that users write so.',
      method: `Words in fewer than ${frequentShare * 100} % of the rows, and numbers, are slots; at least ${leastInputs} different inputs share the rest, which is at least ${leastFixed} words and half of all.`,
      explain: ({ row, size }) => ({
        evidence: `one of ${size.toLocaleString('en-US')} rows of the form "${formOf(rows.text(row), frequent)?.slice(0, 100)}"`,
        suggestion: { action: 'look', target: null, probability: null },
      }),
    }),
  };
}

const wordsOf = (text: string) =>
  (
    text
      .slice(0, 2_000)
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}_'’]+/gu) ?? []
  ).slice(0, longestWords);

function frequentWords(rows: AuditRows): ReadonlySet<string> {
  const counted = spread(rows.count, maximumCounted);
  const counts = new Map<string, number>();
  for (const row of counted)
    for (const word of new Set(wordsOf(rows.text(row)))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const least = Math.max(leastFrequent, frequentShare * counted.length);
  return new Set([...counts].filter(([, count]) => count >= least).map(([word]) => word));
}

/** The text with one `*` for each run of rare words; null where too little of it is left, or nothing was replaced. */
function formOf(text: string, frequent: ReadonlySet<string>): string | null {
  const words = wordsOf(text);
  const form: string[] = [];
  let fixed = 0;
  for (const word of words) {
    if (frequent.has(word) && !/\p{N}/u.test(word)) {
      form.push(word);
      fixed += 1;
    } else if (form.at(-1) !== '*') form.push('*');
  }
  if (fixed < leastFixed || fixed * 2 < words.length || fixed === words.length) return null;
  return form.join(' ');
}
