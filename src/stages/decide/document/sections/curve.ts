import type { LearningCurves } from '../../../../core/learning-curve.ts';
import { points } from '../../../../document/format.ts';
import { type Html, html } from '../../../../document/html.ts';
import { prose } from '../../../../document/prose.ts';
import { curveChart } from '../charts/curve-chart.ts';
import type { DecisionDocumentData } from '../data.ts';
import type { DocumentText } from '../english.ts';

/** What more rows would buy, where it was measured; else how to measure it. */
export function curveSection({ evidence }: DecisionDocumentData, text: DocumentText): Html {
  const { learningCurve } = evidence;
  if (learningCurve === null)
    return html`<section><h2>${text.curve.title}</h2><p>${prose(text.curve.missing)}</p></section>`;
  const { cheap, specialist } = learningCurve;
  const shown = [
    { curve: cheap, color: 'var(--floor)' },
    ...(specialist === null ? [] : [{ curve: specialist, color: 'var(--specialist)' }]),
  ];
  return html`<section class="chart"><h2>${text.curve.title}</h2>
<div class="legend">${shown.map(({ curve, color }) => html`<span><i style="background:${color}"></i>${curve.model.title}, ${curve.metric}</span>`)}</div>
<figure class="wide compact">${curveChart(shown, text)}</figure>
${shown.map(({ curve }) => html`<p>${inWords(curve, text)}</p>`)}
${specialist === null ? html`<p class="note">${text.curve.cheapOnly}</p>` : null}</section>`;
}

function inWords({ fit, notFitted, model, target }: LearningCurves['cheap'], text: DocumentText): string {
  const { value, low, high } = fit?.gain ?? { value: 0, low: 0, high: 0 };
  const gain =
    fit === null
      ? text.curve.notFitted(notFitted ?? '')
      : text.curve.gain(points(value), points(low), points(high), model.title);
  return target === null ? gain : `${gain} ${target.explanation}`;
}
