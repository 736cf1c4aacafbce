import { type Html, html } from '../../../../document/html.ts';
import { tornadoChart } from '../charts/tornado-chart.ts';
import type { DecisionDocumentData } from '../data.ts';
import type { DocumentText } from '../english.ts';

/** What moves the saving most; nothing where no number is uncertain. */
export function tornadoSection({ decision }: DecisionDocumentData, text: DocumentText): Html | null {
  const { tornado, breakEven, cost } = decision;
  if (tornado.length === 0) return null;
  return html`<section class="chart"><h2>${text.tornado.title}</h2>
<p class="note">${text.tornado.note(text.options[breakEven.of])}</p>
<div class="legend"><span><i style="background:var(--base)"></i>${text.tornado.low}</span><span><i style="background:var(--specialist)"></i>${text.tornado.high}</span></div>
<figure class="wide">${tornadoChart(tornado, cost[breakEven.of].savingUsd.value, text)}</figure></section>`;
}
