import { type Html, html } from '../../../../document/html.ts';
import { prose } from '../../../../document/prose.ts';
import type { Statement } from '../../rules/rule.ts';

/** Sentences, each with the rule and the source it rests on. */
export function statementList(list: readonly Statement[]): Html {
  return html`<ul class="statements">${list.map(
    ({ text, rule, source }) => html`<li>${prose(text)} <span class="rule">${rule} · ${source}</span></li>`,
  )}</ul>`;
}

/** Plain sentences. */
export function sentenceList(list: readonly string[]): Html {
  return html`<ul class="statements">${list.map(text => html`<li>${prose(text)}</li>`)}</ul>`;
}
