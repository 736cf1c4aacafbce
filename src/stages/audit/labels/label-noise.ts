import type { AuditFinding, LabelJudge, LabelOpinion } from '../../../core/audit.ts';
import type { AuditRows } from '../audit-rows.ts';
import { type Candidate, finding, rowsText } from '../finding.ts';
import { type LabelIssue, labelIssues } from './confident.ts';
import { type JudgedLabels, labelJudge } from './judged-labels.ts';

/** A row that at least one judge suspects; its issues are in the order of the judges. */
interface Suspicious extends Candidate {
  readonly issues: readonly (LabelIssue | undefined)[];
}

/**
 * Rows whose label a model that has not seen them holds for wrong. With one judge the least probable label comes first;
 * with two the rows that both suspect, then by margin.
 *
 * @param judges one or two, the better one first: its label is the one suggested
 */
export function labelNoise(
  rows: AuditRows,
  judges: readonly JudgedLabels[],
): { readonly finding: AuditFinding | null; readonly judges: LabelJudge[] } {
  const found = judges.map(({ judged }) => new Map(labelIssues(judged).map(issue => [issue.row, issue])));
  const suspected = [...new Set(found.flatMap(issues => [...issues.keys()]))];
  const suspicious = suspected.map((row): Suspicious => {
    const issues = found.map(ofJudge => ofJudge.get(row));
    return { row, others: [], score: scoreOf(issues), issues };
  });
  const both = judges.length < 2 ? 0 : suspicious.filter(({ issues }) => !issues.includes(undefined)).length;
  const rowsChecked = judgedByAny(judges);
  return {
    judges: judges.map((one, index) => labelJudge(one, found[index]!.size)),
    finding: finding(rows, {
      kind: 'label-noise',
      severity: suspicious.length / Math.max(1, rowsChecked) > 0.03 ? 'warning' : 'note',
      found: suspicious,
      summary: `${rowsText(suspicious.length)} may have a wrong label: ${disagreement(judges, both)}`,
      advice: 'Look at them from the top; wrong labels in the test split cost the most.',
      method:
        `Confident learning (Northcutt et al. 2021) on ${judges.map(({ method }) => method).join('. And on ')}. ` +
        (judges.length < 2
          ? 'Ranked by the probability of the given label.'
          : 'Rows that both suspect come first; then by how much the most probable label exceeds the given one.'),
      rowsChecked,
      explain: ({ row, issues }) => explained(judges, row, issues),
    }),
  };
}

/** 0..1. Of two judges: above a half where both suspect the row. */
function scoreOf(issues: readonly (LabelIssue | undefined)[]): number {
  const said = issues.filter(issue => issue !== undefined);
  if (issues.length === 1) return 1 - said[0]!.own;
  const margin = said.reduce((sum, issue) => sum + issue.margin, 0) / said.length;
  return (said.length === issues.length ? 0.5 : 0) + margin / 2;
}

function judgedByAny(judges: readonly JudgedLabels[]): number {
  const [first, second] = judges;
  if (first === undefined || second === undefined) return first?.judged.size ?? 0;
  return second.judged.size + first.judged.rememberedRows().filter(row => !second.judged.of(row)).length;
}

function disagreement(judges: readonly JudgedLabels[], both: number): string {
  const [only, other] = judges;
  if (other === undefined) return 'a model that has not seen them disagrees';
  return `${only!.name} or ${other.name}, which have not seen them, disagree; both on ${both.toLocaleString('en-US')}`;
}

function explained(judges: readonly JudgedLabels[], row: number, issues: Suspicious['issues']) {
  const said: string[] = [];
  const opinions: LabelOpinion[] = [];
  for (const [index, { judge, name, judged, labelOf }] of judges.entries()) {
    const issue = issues[index];
    const known = judged.of(row);
    if (issue === undefined && known === undefined) continue;
    const own = issue?.own ?? known!.own;
    const best = issue ?? { suggested: known!.top[0]!.label, ...known!.top[0]! };
    const suggested = labelOf(best.suggested);
    opinions.push({ judge, suspects: issue !== undefined, suggested, probability: best.probability, own });
    const given = `the given label ${own.toFixed(2)}`;
    const words =
      issue === undefined
        ? `no objection, ${given}`
        : `"${suggested}" has probability ${best.probability.toFixed(2)}, ${given}`;
    said.push(judges.length < 2 ? words : `${name}: ${words}`);
  }
  const first = opinions.find(({ suspects }) => suspects)!;
  return {
    evidence: said.join('; '),
    suggestion: { action: 'relabel' as const, target: first.suggested, probability: first.probability },
    opinions,
  };
}
