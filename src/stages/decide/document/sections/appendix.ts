import { type Html, html } from '../../../../document/html.ts';
import type { AssumptionOrigin } from '../../situation/situation.ts';
import type { DecisionDocumentData } from '../data.ts';
import type { DocumentText } from '../english.ts';
import { rangeText } from '../range-text.ts';

/** Every number with where it comes from, and the field's figures. Sources are numbered, as many numbers share one. */
export function appendix({ decision }: DecisionDocumentData, text: DocumentText): Html {
  const { assumptions, figures, uncertainty } = decision;
  const { columns } = text.appendix;
  const sources = [...new Set([...assumptions, ...figures].map(({ source }) => source))];
  const count = (...origins: AssumptionOrigin[]) =>
    assumptions.filter(({ origin }) => origins.includes(origin)).length;
  const half = Math.ceil(assumptions.length / 2);
  const table = (list: typeof assumptions) =>
    html`<table><thead><tr><th>${columns.quantity}</th><th>${columns.range}</th><th>${columns.origin}</th><th class="number">${columns.source}</th></tr></thead><tbody>${list.map(
      ({ label, range, unit, origin, source }) =>
        html`<tr class="${origin === 'default' ? 'assumed' : ''}"><td>${label}</td><td>${rangeText(range.low, range.high, unit)}</td><td>${text.origins[origin]}</td><td class="number">${sources.indexOf(source) + 1}</td></tr>`,
    )}</tbody></table>`;
  return html`<section class="appendix"><h2>${text.appendix.title}</h2>
<p class="note">${text.appendix.counts(count('answer', 'converted'), count('measured', 'configured'), count('price-table'), count('default'))}</p>
<div class="columns"><div>${table(assumptions.slice(0, half))}</div><div>${table(assumptions.slice(half))}</div></div>
<h3>${text.appendix.figures}</h3><p class="note">${text.appendix.figuresNote}</p>
<div class="scroll"><table><tbody>${figures.map(
    ({ id, statement, low, high, unit, measured, source, date }) =>
      html`<tr><td>${statement}</td><td class="number">${rangeText(low, high, unit)}</td><td class="number">${measured === null ? null : `${text.appendix.yours}: ${rangeText(measured, measured, unit)}`}</td><td>${id}</td><td class="number">${date}</td><td class="number">${sources.indexOf(source) + 1}</td></tr>`,
  )}</tbody></table></div>
<h3>${text.appendix.sources}</h3><ol>${sources.map(source => html`<li>${source}</li>`)}</ol>
<p class="note">${text.appendix.method(uncertainty.method, uncertainty.draws, uncertainty.seed)}</p></section>`;
}
