import { coverageText } from '../../../../core/estimate.ts';
import { intervalFigure } from '../../../../document/charts/interval-chart.ts';
import { points } from '../../../../document/format.ts';
import { type Html, html } from '../../../../document/html.ts';
import { prose } from '../../../../document/prose.ts';
import type { DecisionDocumentData } from '../data.ts';
import type { DocumentText } from '../english.ts';

/** The specialist beside the large model and the best system without a language model, where measured. */
export function qualitySection({ evidence }: DecisionDocumentData, text: DocumentText): Html {
  const { evaluation } = evidence;
  if (evaluation === null)
    return html`<section><h2>${text.quality.title}</h2><p>${prose(text.quality.missing)}</p></section>`;
  const { specialist, large, floor, againstLarge, againstFloor, metric, testRows } = evaluation;
  const rows = [
    { title: text.quality.specialist, estimate: specialist, color: 'var(--specialist)' },
    ...(large === null ? [] : [{ title: text.quality.large, estimate: large, color: 'var(--large)' }]),
    ...(floor === null ? [] : [{ title: floor.title, estimate: floor.estimate, color: 'var(--floor)' }]),
  ];
  const difference = (other: string, estimate: typeof againstLarge) =>
    estimate === null
      ? null
      : html` ${text.quality.difference(other, points(estimate.value), points(estimate.low), points(estimate.high))}`;
  return html`<section class="chart"><h2>${text.quality.title}</h2>
<p class="note">${text.quality.note(metric, testRows, coverageText(specialist))}</p>
${intervalFigure(text.quality.chart, rows)}
<p>${large === null ? text.quality.noLarge : difference(text.quality.large, againstLarge)}${difference(floor?.title ?? '', againstFloor)}</p></section>`;
}
