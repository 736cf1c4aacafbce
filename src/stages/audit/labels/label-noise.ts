import type { AuditFinding } from '../../../core/audit.ts';
import type { AuditRows } from '../audit-rows.ts';
import { type Candidate, finding, rowsText } from '../finding.ts';
import { type LabelIssue, labelIssues } from './confident.ts';
import { folds, type JudgedLabels, minimumRowsToJudge } from './judge-labels.ts';

interface Suspicious extends Candidate {
  readonly issue: LabelIssue;
}

/** Rows whose label a model that has not seen them holds for wrong, the least probable first. */
export function labelNoise(rows: AuditRows, labels: JudgedLabels): AuditFinding | null {
  const issues = labelIssues(labels.judged);
  function* found(): Generator<Suspicious> {
    for (const issue of issues) yield { row: issue.row, others: [], score: 1 - issue.own, issue };
  }
  const share = issues.length / Math.max(1, labels.judged.size);
  const nameOf = (label: number) => rows.targetText(labels.classes[label]!);
  return finding(rows, {
    kind: 'label-noise',
    severity: share > 0.03 ? 'warning' : 'note',
    found: found(),
    summary: `${rowsText(issues.length)} may have a wrong label: a model that has not seen them disagrees`,
    advice: 'Look at them from the top; wrong labels in the test split cost the most.',
    method:
      `Confident learning (Northcutt et al. 2021) on probabilities out of ${folds} folds of a linear model on TF-IDF, learnt ` +
      `from ${rowsText(labels.learntRows)}; it agrees with ${(labels.agreement * 100).toFixed(1)} % of the labels. Ranked by the ` +
      `probability of the given label. Labels with fewer than ${minimumRowsToJudge} rows are not judged.`,
    rowsChecked: labels.judged.size,
    explain: ({ issue }) => ({
      evidence: `"${nameOf(issue.suggested)}" has probability ${issue.probability.toFixed(2)}, the given label ${issue.own.toFixed(2)}`,
      suggestion: { action: 'relabel', target: nameOf(issue.suggested), probability: issue.probability },
    }),
  });
}
