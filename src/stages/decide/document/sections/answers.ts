import { type Html, html } from '../../../../document/html.ts';
import type { DecisionDocumentData } from '../data.ts';
import type { DocumentText } from '../english.ts';
import { rangeText } from '../range-text.ts';

/** The four questions with what was answered, measured or assumed. */
export function answersSection({ decision, answers }: DecisionDocumentData, text: DocumentText): Html {
  const word = (key: string, value: string | undefined) =>
    value === undefined
      ? null
      : html`<dt>${text.words[key] ?? key}</dt><dd${value === 'unknown' ? html` class="assumed"` : null}>${text.words[value] ?? value}</dd>`;
  const numbers = (prefix: string) =>
    decision.assumptions
      .filter(({ key }) => key.startsWith(prefix))
      .map(
        ({ label, range, unit, origin }) =>
          html`<dt>${label}</dt><dd${origin === 'default' ? html` class="assumed"` : null}>${rangeText(range.low, range.high, shortUnit(unit, label))}</dd>`,
      );
  const { task, data, regulation, incumbent } = answers;
  const card = (title: string, rows: readonly (Html | null | Html[])[]) =>
    html`<div class="answer"><h3>${title}</h3><dl>${rows}</dl></div>`;
  return html`<section><h2>${text.answers.title}</h2><p class="note">${text.answers.note}</p><div class="answers">${[
    card(text.answers.task, [
      word('kind', text.kinds[task.kind]),
      word('definition', task.definition),
      word('breadth', task.breadth),
      word('reasoning', task.reasoning),
      word('factsChange', task.factsChange),
      numbers('task.'),
    ]),
    card(text.answers.traffic, [numbers('traffic.')]),
    card(text.answers.data, [
      numbers('data.'),
      word('source', data.source),
      word('canLabelMore', data.canLabelMore),
    ]),
    card(text.answers.regulation, [
      word('dataMayLeave', regulation.dataMayLeave),
      word('region', regulation.region),
      word('audit', regulation.audit),
      word('where', incumbent.where),
      word('model', incumbent.model ?? 'unknown'),
    ]),
  ]}</div>${measuredList(decision.measured, text)}</section>`;
}

/** What was measured instead of asked, under what it was measured on. */
function measuredList(
  measured: DecisionDocumentData['decision']['measured'],
  text: DocumentText,
): Html | null {
  if (measured.length === 0) return null;
  const sources = [...new Set(measured.map(({ source }) => source))];
  return html`<h3>${text.answers.measured}</h3>${sources.map(
    source =>
      html`<p class="note"><strong>${source}</strong>: ${measured
        .filter(fact => fact.source === source)
        .map(fact => fact.text)
        .join(' ')}</p>`,
  )}`;
}

/** The unit, unless the label says it already. */
function shortUnit(unit: string, label: string): string {
  const name = unit.split('/')[0]!;
  return unit.startsWith('share') || !label.includes(name) ? unit : '';
}
