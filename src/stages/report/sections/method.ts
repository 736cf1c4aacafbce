import { signature } from '../../../core/test-approval.ts';
import { count, duration } from '../../../document/format.ts';
import { type Html, html } from '../../../document/html.ts';
import type { ReportData } from '../schema.ts';

/** Where everything came from, so that it can be checked or made again. */
export function methodSection(data: ReportData): Html {
  const { dataset, evaluation, specialist } = data;
  const splits = Object.entries(dataset.splits).filter(([, split]) => split.rows > 0);
  const total = (counts: Record<string, number>) =>
    Object.values(counts).reduce((sum, value) => sum + value, 0);
  const row = (term: string, text: string | Html | null) =>
    text === null ? null : html`<dt>${term}</dt><dd>${text}</dd>`;
  const seconds = Object.entries(data.seconds).filter(([, value]) => value >= 0.5);
  return html`<section><h2>How this was measured</h2>
<p>The test rows were set apart before training and read by the evaluation alone. Shares have Wilson intervals; other metrics and all differences have bootstrap or score intervals on the same rows, resampled by group where rows belong together. An interval says how far chance alone could have moved the figure; it does not cover inputs unlike those in the data.</p>
<dl>
${row('rows', splits.map(([name, split]) => `${name} ${count(split.rows)}`).join(' · '))}
${row('set aside, repaired', `${count(total(dataset.setAside))} rows set aside, ${count(total(dataset.repairs))} repaired (duplicates, leakage)`)}
${row('test rows approved', data.testApproval ? signature(data.testApproval) : 'by nobody')}
${row('data set', html`<code>${dataset.hash}</code>`)}
${row('data licence', dataset.licence)}
${specialist ? row('base model', `${specialist.base.id} (${specialist.base.licence}), ${specialist.base.reference}`) : null}
${specialist ? row('served weights', html`<code>${specialist.files.model.sha256}</code>`) : null}
${specialist ? row('specialist', html`<code>${specialist.name}-${specialist.hash.slice(0, 8)}</code>, stepdown ${specialist.lineage.stepdownVersion}`) : null}
${row(
  'seeds',
  Object.entries(evaluation.seeds)
    .map(([name, seed]) => `${name} ${seed}`)
    .join(' · ') || null,
)}
${row('time taken', seconds.map(([name, value]) => `${name} ${duration(value)}`).join(' · ') || null)}
</dl></section>`;
}
