import { type Html, html } from '../../../../document/html.ts';
import type { Statement } from '../../rules/rule.ts';

/** Sentences, each with the rule and the source it rests on. */
export function statementList(list: readonly Statement[]): Html {
  return html`<ul class="statements">${list.map(
    ({ text, rule, source }) => html`<li>${prose(text)} <span class="rule">${rule} · ${source}</span></li>`,
  )}</ul>`;
}

/** Plain sentences. */
export function sentenceList(list: readonly string[]): Html {
  return html`<ul class="statements">${list.map(text => html`<li>${text}</li>`)}</ul>`;
}

/** Text in which commands stand in backticks, with the commands set as code. */
export function prose(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
