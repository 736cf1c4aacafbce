import { numberText } from '../../../../core/number-text.ts';
import { percent } from '../../../../document/format.ts';
import { type Html, html } from '../../../../document/html.ts';
import type { Span } from '../../../../stats/running/span.ts';
import { optionIds } from '../../cost/compare.ts';
import { costChart, optionColors } from '../charts/cost-chart.ts';
import type { DecisionDocumentData } from '../data.ts';
import type { DocumentText } from '../english.ts';

const usd = (value: number) => numberText(value, 'usd');
const spanned = ({ value, low, high }: Span) =>
  html`<b>${usd(value)}</b> <span class="range">[${usd(low)}, ${usd(high)}]</span>`;

/** Cost of all options against the rate, as a drawing and as a table, and the break-even in words. */
export function costSection(data: DecisionDocumentData, text: DocumentText): Html {
  const { decision } = data;
  const { cost, requestsPerSecond, horizonMonths, breakEven } = decision;
  const { columns } = text.cost;
  const runsOn = ({ allowed, hardware, largeShare }: (typeof cost)[keyof typeof cost]) => {
    if (!allowed) return text.cost.notAllowed;
    if (hardware === null) return '–';
    const sentOn = largeShare < 0.005 ? '' : text.cost.sentOn(percent(largeShare));
    return `${hardware.machines} × ${text.machines[hardware.id]}${sentOn}`;
  };
  return html`<section class="chart"><h2>${text.cost.title}</h2><p class="note">${text.cost.note}</p>
<div class="legend">${optionIds.map(
    id =>
      html`<span><i style="background:${optionColors[id]}"></i>${text.options[id]}${cost[id].allowed ? null : ` (${text.cost.notAllowed})`}</span>`,
  )}${breakEven.requestsPerSecond === null ? null : html`<span><i class="band"></i>${text.cost.breakEvenBand}</span>`}</div>
<figure class="wide">${costChart(data, text)}</figure>
<p>${
    breakEven.requestsPerSecond === null
      ? text.cost.noRate
      : text.cost.runsAt(
          numberText(breakEven.requestsPerSecond),
          numberText(breakEven.requestsPerSecond * 86_400),
          numberText(breakEven.low ?? breakEven.requestsPerSecond),
          breakEven.high === null ? null : numberText(breakEven.high),
          breakEven.neverShare === 0 ? null : percent(breakEven.neverShare),
        )
  } ${
    breakEven.date === null || breakEven.months === null
      ? text.cost.notPaidBack
      : text.cost.paidBack(breakEven.date, breakEven.months)
  }</p>
<div class="scroll"><table><caption>${text.cost.caption(numberText(requestsPerSecond), numberText(requestsPerSecond * 86_400), horizonMonths)}</caption>
<thead><tr><th>${columns.option}</th><th>${columns.per1k}</th><th class="number">${columns.month}</th><th class="number">${columns.once}</th><th>${columns.saved}</th><th class="number">${columns.chance}</th><th>${columns.on}</th></tr></thead>
<tbody>${optionIds.map(id => {
    const option = cost[id];
    const reference = id === 'keep-large-model';
    return html`<tr${id === decision.verdict ? html` class="chosen"` : null}><td>${text.options[id]}</td><td>${spanned(option.per1kRequestsUsd)}</td><td class="number">${usd(option.monthlyUsd.value)}</td><td class="number">${usd(option.upfrontUsd.value)}</td><td>${reference ? '–' : spanned(option.savingUsd)}</td><td class="number">${reference ? '–' : percent(option.probabilityCheaper)}</td><td>${runsOn(option)}</td></tr>`;
  })}</tbody></table></div></section>`;
}
