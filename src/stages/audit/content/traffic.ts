import type { AuditFinding } from '../../../core/audit.ts';
import { quantile } from '../../../stats/quantile.ts';
import { buildSimilarityIndex, openSimilarityIndex } from '../../../text/similarity-index.ts';
import type { AuditRows } from '../audit-rows.ts';
import { finding, rowsText } from '../finding.ts';
import { spread } from './spread.ts';

/** Rows the index is built from, and captured inputs that are looked up, at most. */
export const maximumIndexed = 20_000;
export const maximumTraffic = 20_000;
/** An input is far from the rows where it is less similar to any than this share of the rows to one another. */
const farShare = 0.02;

/** Captured inputs that no row is near, the farthest first. */
export function uncoveredTraffic(rows: AuditRows, traffic: AuditRows): AuditFinding | null {
  const known = spread(rows.count, maximumIndexed).map(row => ({ text: rows.text(row), group: null }));
  const { data, heldOut } = buildSimilarityIndex(known);
  const index = openSimilarityIndex(data);
  const least = quantile(heldOut, farShare);
  const looked = spread(traffic.count, maximumTraffic);
  const found = looked
    .map(row => ({ row, others: [], score: 1 - index.nearest(traffic.text(row)) }))
    .filter(({ score }) => 1 - score < least);
  const share = found.length / Math.max(1, looked.length);
  return finding(traffic, {
    kind: 'uncovered-traffic',
    severity: share > 2 * farShare ? 'warning' : 'note',
    found,
    summary: `${found.length.toLocaleString('en-US')} of the captured inputs ${found.length === 1 ? 'is' : 'are'} near no row of the data`,
    advice: 'Label some of them, from the top.',
    method: `Cosine of TF-IDF vectors to the nearest of ${rowsText(data.texts)}, below ${least.toFixed(2)}: ${farShare * 100} % of the rows are that far from all others.`,
    rowsChecked: looked.length,
    explain: ({ score }) => ({
      evidence: `similarity to the nearest row ${(1 - score).toFixed(2)}`,
      suggestion: { action: 'add-rows', target: null, probability: null },
    }),
  });
}
