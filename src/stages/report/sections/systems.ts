import { coverageText } from '../../../core/estimate.ts';
import type { Comparison, Evaluation, SystemResult } from '../../../core/evaluation.ts';
import { intervalFigure } from '../../../document/charts/interval-chart.ts';
import { points, pValue, withInterval } from '../../../document/format.ts';
import { type Html, html } from '../../../document/html.ts';
import { specialistOf } from './headline.ts';

const colors: Record<SystemResult['role'], string> = {
  floor: 'var(--floor)',
  base: 'var(--base)',
  'few-shot': 'var(--base)',
  specialist: 'var(--specialist)',
  quantization: 'var(--specialist)',
  large: 'var(--large)',
};

const legend: readonly (readonly [string, string])[] = [
  ['var(--floor)', 'no language model'],
  ['var(--base)', 'untuned model'],
  ['var(--specialist)', 'specialist'],
  ['var(--large)', 'large model'],
];

/** Every system on the same test rows, then the paired differences. */
export function systemsSection(evaluation: Evaluation): Html {
  const metric = evaluation.primaryMetric;
  const systems = evaluation.systems.filter(system => system.role !== 'quantization');
  const rows = systems.flatMap(system => {
    const estimate = system.metrics[metric];
    return estimate ? [{ title: system.title, estimate, color: colors[system.role] }] : [];
  });
  const coverage = rows[0] ? coverageText(rows[0].estimate) : '';
  const used = new Set(rows.map(row => row.color));
  const metrics = Object.keys(evaluation.metricDescriptions).filter(name =>
    systems.some(system => system.metrics[name]),
  );
  const specialist = specialistOf(evaluation);
  const title = (id: string) => evaluation.systems.find(system => system.id === id)?.title ?? id;
  return html`<section><h2>Before and after</h2>
<p class="note">${metric} on the same ${evaluation.testRows} test rows. Dot: measured. Bar: ${coverage} interval.</p>
<div class="legend">${legend.filter(([color]) => used.has(color)).map(([color, text]) => html`<span><i style="background:${color}"></i>${text}</span>`)}</div>
${intervalFigure(`${metric} of every system with its interval`, rows)}
<div class="scroll"><table><caption>All metrics with ${coverage} intervals; n = ${evaluation.testRows}.</caption>
<thead><tr><th>system</th>${metrics.map(name => html`<th>${name}</th>`)}<th class="number">median time</th></tr></thead>
<tbody>${systems.map(
    system =>
      html`<tr${system.id === specialist?.id ? html` class="chosen"` : null}><td>${system.title}${
        system.failures > 0 ? html` <span class="fail">(${system.failures} failed)</span>` : null
      }</td>${metrics.map(name => {
        const estimate = system.metrics[name];
        return html`<td>${estimate ? withInterval(estimate) : '–'}</td>`;
      })}<td class="number">${system.latencyMs ? `${Math.round(system.latencyMs.p50)} ms` : '–'}</td></tr>`,
  )}</tbody></table></div>
${comparisons(
  evaluation.comparisons.filter(comparison => comparison.metric === metric),
  title,
)}</section>`;
}

function comparisons(list: readonly Comparison[], title: (id: string) => string): Html | null {
  if (list.length === 0) return null;
  return html`<div class="scroll"><table><caption>Paired differences in points, on the same rows.</caption>
<thead><tr><th>system</th><th>against</th><th>difference</th><th class="number">won</th><th class="number">lost</th><th class="number">p</th><th>test</th></tr></thead>
<tbody>${list.map(
    comparison =>
      html`<tr><td>${title(comparison.system)}</td><td>${title(comparison.reference)}</td><td>${withInterval(comparison.difference, points)}</td><td class="number">${comparison.wins}</td><td class="number">${comparison.losses}</td><td class="number">${pValue(comparison.pValue)}</td><td>${comparison.test}</td></tr>`,
  )}</tbody></table></div>`;
}
