import type { Evaluation } from '../../../core/evaluation.ts';
import { percent } from '../../../document/format.ts';
import { type Html, html } from '../../../document/html.ts';
import { confusionChart, maxConfusionLabels } from '../charts/confusion-chart.ts';
import { specialistOf } from './headline.ts';

/** Which labels it knows, and which it takes for which. */
export function labelsSection(evaluation: Evaluation): Html | null {
  const specialist = specialistOf(evaluation);
  if (!specialist?.perLabel) return null;
  const labels = [...specialist.perLabel].sort((a, b) => b.support - a.support);
  const range = (estimate: (typeof labels)[number]['recall']) =>
    estimate
      ? html`${percent(estimate.value)} <span class="range">[${Math.round(estimate.low * 100)}, ${Math.round(estimate.high * 100)}]</span>`
      : '–';
  return html`<section><h2>Label by label</h2>
<div class="scroll"><table><caption>Labels by their number of test rows. With few rows the intervals are wide, and say so.</caption>
<thead><tr><th>label</th><th class="number">rows</th><th>found (recall)</th><th>right when answered (precision)</th><th class="number">F1</th></tr></thead>
<tbody>${labels.map(
    label =>
      html`<tr><td>${label.label}</td><td class="number">${label.support}</td><td>${range(label.recall)}</td><td>${range(label.precision)}</td><td class="number">${label.f1 === null ? '–' : label.f1.toFixed(2)}</td></tr>`,
  )}</tbody></table></div>
${
  specialist.confusion
    ? html`<h2>What it takes for what</h2>
<p class="note">Rows: the true label. Columns: the answer, by the same numbers. Red outline: wrong.${
        specialist.confusion.labels.length > maxConfusionLabels
          ? ` The ${maxConfusionLabels} labels with the most errors are shown.`
          : ''
      }</p>
<figure class="scroll">${confusionChart('Confusion matrix of the specialist', specialist.confusion)}</figure>`
    : null
}</section>`;
}
