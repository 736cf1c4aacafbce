import type { AuditFinding, LabelJudge, LabelOpinion } from '../../../core/audit.ts';
import type { AuditRows } from '../audit-rows.ts';
import { type Candidate, finding, rowsText } from '../finding.ts';
import { type LabelIssue, labelIssues } from './confident.ts';
import { agreementText, type JudgedLabels, labelJudge } from './judged-labels.ts';

/** Skill below which a judge is more often wrong than the labels are: its doubts then say little. */
const leastSkill = 0.5;

/** Whether a judge knows enough of the labels for its doubts to count. */
export function isSkilled(judge: Pick<LabelJudge, 'skill'>): boolean {
  return judge.skill !== null && judge.skill >= leastSkill;
}

/** A row that at least one judge suspects. */
interface Suspicious extends Candidate {
  /** Of the judges that judged it, the better judge first. */
  readonly opinions: readonly (LabelOpinion & { readonly name: string })[];
}

/**
 * Rows whose label a model that has not seen them holds for wrong, the least probable label first. With two judges the
 * rows that both suspect come before the others, and the probability is the mean of those who judged the row.
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
    const opinions = judges.flatMap((judge, index) => opinionOf(judge, row, found[index]!.get(row)));
    return { row, others: [], score: scoreOf(opinions, judges.length), opinions };
  });
  const both = suspicious.filter(({ opinions }) => suspecting(opinions) === 2).length;
  const rowsChecked = judgedByAny(judges);
  const told = judges.map((one, index) => labelJudge(one, found[index]!.size));
  const skilled = told.some(isSkilled);
  return {
    judges: told,
    finding: finding(rows, {
      kind: 'label-noise',
      severity: skilled && suspicious.length / Math.max(1, rowsChecked) > 0.03 ? 'warning' : 'note',
      found: suspicious,
      summary: `${rowsText(suspicious.length)} may have a wrong label: ${disagreement(judges, both)}`,
      advice: skilled
        ? 'Look at them from the top; wrong labels in the test split cost the most.'
        : 'It may be the model that is wrong: it knows too little of these labels. Let a specialist judge them, once there is one.',
      method:
        `Confident learning (Northcutt et al. 2021) on ${judges.map(({ method }) => method).join('. And on ')}. ` +
        (judges.length < 2
          ? 'Ranked by the probability of the given label.'
          : 'Rows that both suspect come first; then by the mean probability of the given label.'),
      rowsChecked,
      explain: ({ opinions }) => explained(opinions, judges.length),
    }),
  };
}

/** Above a half, of two judges, where both suspect the row. */
function scoreOf(opinions: readonly LabelOpinion[], judges: number): number {
  const doubt = opinions.reduce((sum, { own }) => sum + 1 - own, 0) / opinions.length;
  return judges < 2 ? doubt : (suspecting(opinions) === 2 ? 0.5 : 0) + doubt / 2;
}

function suspecting(opinions: readonly LabelOpinion[]): number {
  return opinions.filter(({ suspects }) => suspects).length;
}

/** What a judge holds of a row; none where it did not judge it. */
function opinionOf(
  { judge, name, judged, labelOf }: JudgedLabels,
  row: number,
  issue: LabelIssue | undefined,
): Suspicious['opinions'] {
  if (issue !== undefined) {
    const { suggested, probability, own } = issue;
    return [{ name, judge, suspects: true, suggested: labelOf(suggested), probability, own }];
  }
  const known = judged.of(row);
  if (known === undefined) return [];
  const { label, probability } = known.top[0]!;
  return [{ name, judge, suspects: false, suggested: labelOf(label), probability, own: known.own }];
}

function judgedByAny(judges: readonly JudgedLabels[]): number {
  const [first, second] = judges;
  if (first === undefined || second === undefined) return first?.judged.size ?? 0;
  return second.judged.size + first.judged.rememberedRows().filter(row => !second.judged.of(row)).length;
}

function disagreement(judges: readonly JudgedLabels[], both: number): string {
  const [only, other] = judges;
  if (other === undefined)
    return `a model that has not seen them disagrees; it ${agreementText(only!.judged)}`;
  return `${only!.name} or ${other.name}, which have not seen them, disagree; both on ${both.toLocaleString('en-US')}`;
}

function explained(opinions: Suspicious['opinions'], judges: number) {
  const said = opinions.map(({ name, suspects, suggested, probability, own }) => {
    const given = `the given label ${own.toFixed(2)}`;
    const words = suspects
      ? `"${suggested}" has probability ${probability.toFixed(2)}, ${given}`
      : `no objection, ${given}`;
    return judges < 2 ? words : `${name}: ${words}`;
  });
  const { suggested, probability } = opinions.find(({ suspects }) => suspects)!;
  return {
    evidence: said.join('; '),
    suggestion: { action: 'relabel' as const, target: suggested, probability },
    opinions: opinions.map(({ name: _, ...opinion }) => opinion),
  };
}
