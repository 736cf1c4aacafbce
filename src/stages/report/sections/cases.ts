import { shorten } from '../../../document/charts/interval-chart.ts';
import { type Html, html } from '../../../document/html.ts';
import type { ReportCase, ReportData } from '../schema.ts';

/** Rows the specialist won and lost, to be read with one's own eyes. */
export function casesSection(data: ReportData): Html | null {
  if (data.caseReference === null || data.won.length + data.lost.length === 0) return null;
  const reference =
    data.evaluation.systems.find(system => system.id === data.caseReference)?.title ?? data.caseReference;
  return html`<section><h2>Examples</h2>
<p class="note">Test rows on which the specialist and “${reference}” differ in being right.</p>
<div class="cases">${list('Won by the specialist', data.won, reference)}${list('Lost by the specialist', data.lost, reference)}</div></section>`;
}

function list(title: string, cases: readonly ReportCase[], reference: string): Html {
  return html`<div><h3>${title}</h3>${
    cases.length === 0
      ? html`<p class="note">None.</p>`
      : cases.map(
          example => html`<div class="case"><q>${shorten(example.input, 240)}</q>
<span class="answer">right: ${shorten(example.target, 200)}</span>
<span class="answer">specialist: ${shorten(example.specialist, 200)}</span>
<span class="answer">${shorten(reference, 40)}: ${shorten(example.reference, 200)}</span></div>`,
        )
  }</div>`;
}
