import { type Html, html } from './html.ts';

/** Text in which commands stand in backticks, with the commands set as code. A backtick without its partner stays. */
export function prose(text: string): Html {
  return html`${text.split(/(`[^`]+`)/).map((part, index) => (index % 2 === 1 ? html`<code>${part.slice(1, -1)}</code>` : part))}`;
}
