import { type Html, html } from '../../../../document/html.ts';
import type { DecisionDocumentData } from '../data.ts';
import type { DocumentText } from '../english.ts';
import { sentenceList, statementList } from './statements.ts';

/** What would change the verdict, beside the risks that remain with it. */
export function outlook({ decision }: DecisionDocumentData, text: DocumentText): Html {
  const { flips, risks } = decision;
  return html`<div class="columns"><section><h2>${text.flips.title}</h2>${
    flips.length > 0
      ? sentenceList(flips.map(flip => flip.text))
      : html`<p class="note">${text.flips.none}</p>`
  }</section><section><h2>${text.risks.title}</h2>${
    risks.length > 0 ? statementList(risks) : html`<p class="note">${text.risks.none}</p>`
  }</section></div>`;
}
