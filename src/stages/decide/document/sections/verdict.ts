import { numberText } from '../../../../core/number-text.ts';
import { percent } from '../../../../document/format.ts';
import { type Html, html } from '../../../../document/html.ts';
import { prose } from '../../../../document/prose.ts';
import type { DecisionDocumentData } from '../data.ts';
import type { DocumentText } from '../english.ts';
import { sentenceList, statementList } from './statements.ts';

const usd = (value: number) => numberText(value, 'usd');

/** What a director reads: the verdict, its first reason, four figures, why, what against, and what to do. */
export function verdictSection(
  { name, decision, answers, date }: DecisionDocumentData,
  text: DocumentText,
): Html {
  const [first, ...reasons] = decision.reasons;
  const colour =
    decision.verdict === 'not-enough-evidence' ? 'open' : decision.verdict.includes('large') ? 'large' : '';
  const { nextStep } = decision;
  return html`<header>
<p class="kicker">${text.kicker(text.kinds[answers.task.kind], date)} · ${name}</p>
<h1 class="verdict ${colour}">${text.verdicts[decision.verdict]}</h1>
<p class="lead">${prose(first?.text ?? '')} ${decision.hard ? html`<b>${text.hard}</b>` : null} <span class="rule">${first?.rule} · ${first?.source}</span></p>
</header>
<div class="tiles">${tiles(decision, text)}</div>
<div class="next"><div class="label">${text.next}</div><p>${prose(nextStep.text)}</p></div>
${decision.contradictions.length > 0 ? html`<h2>${text.contradictions}</h2>${sentenceList(decision.contradictions)}` : null}
<div class="columns"><section><h2>${text.why}</h2>${reasons.length > 0 ? statementList(reasons) : html`<p class="note">${text.none}</p>`}</section>
<section><h2>${text.against}</h2>${decision.against.length > 0 ? statementList(decision.against) : html`<p class="note">${text.none}</p>`}</section></div>`;
}

function tiles(decision: DecisionDocumentData['decision'], text: DocumentText): Html[] {
  const { breakEven, cost, horizonMonths, uncertainty } = decision;
  const option = cost[breakEven.of];
  const title = text.options[breakEven.of];
  const { value, low, high } = option.savingUsd;
  const tile = (label: string, figure: string, detail: string, tone = '') =>
    html`<div class="tile"><div class="label">${label}</div><div class="value ${tone}">${figure}</div><div class="detail">${detail}</div></div>`;
  return [
    value >= 0
      ? tile(
          text.tiles.saved(title, horizonMonths),
          usd(value),
          text.tiles.interval(usd(low), usd(high)),
          'good',
        )
      : tile(
          text.tiles.lost(title, horizonMonths),
          usd(-value),
          text.tiles.interval(usd(-high), usd(-low)),
          'bad',
        ),
    tile(text.tiles.chance, percent(option.probabilityCheaper), text.tiles.chanceOf(uncertainty.draws)),
    tile(
      `${text.tiles.per1k}: ${title}`,
      usd(option.per1kRequestsUsd.value),
      text.tiles.per1kInstead(usd(cost['keep-large-model'].per1kRequestsUsd.value)),
    ),
    breakEven.requestsPerSecond === null
      ? tile(text.tiles.breakEven, text.tiles.never, text.tiles.neverDetail)
      : tile(
          text.tiles.breakEven,
          text.tiles.breakEvenSpan(
            perDay(breakEven.low ?? breakEven.requestsPerSecond),
            breakEven.high === null ? null : perDay(breakEven.high),
          ),
          text.tiles.breakEvenNow(perDay(breakEven.requestsPerSecond), perDay(decision.requestsPerSecond)),
          'span',
        ),
  ];
}

/** Calls a day with two digits that matter: a break-even is not known better. */
function perDay(requestsPerSecond: number): string {
  return numberText(Number((requestsPerSecond * 86_400).toPrecision(2)));
}
