import type { Evaluation, QuantizationResult } from '../../../core/evaluation.ts';
import { bytes, count, points, withInterval } from '../../../document/format.ts';
import { type Html, html } from '../../../document/html.ts';
import { tradeoffChart } from '../charts/tradeoff-chart.ts';
import { outcomeTag } from './gates.ts';

/** Size against quality, the table behind it, and whether the GGUF answers as the trainer does. */
export function quantizationSection(evaluation: Evaluation): Html | null {
  const { quantizations, primaryMetric, testRows } = evaluation;
  const parity = paritySentence(evaluation);
  if (quantizations.length === 0)
    return (
      parity &&
      html`<section><h2>Quantisation</h2>
${parity}</section>`
    );
  return html`<section><h2>Quantisation</h2>
<p class="note">${primaryMetric} on ${rowsOf(quantizations, testRows)}. The choice (highlighted) was made on development rows, before the test rows were read.</p>
<figure class="wide">${tradeoffChart(`${primaryMetric} against file size`, quantizations)}</figure>
<div class="scroll"><table><thead><tr><th>file</th><th class="number">size</th><th>${primaryMetric}</th><th>against F16, points</th><th class="number">flips</th><th class="number">tokens/s</th><th class="number">memory</th><th>not worse than F16?</th></tr></thead>
<tbody>${quantizations.map(
    quantization =>
      html`<tr${quantization.picked ? html` class="chosen"` : null}><td>${quantization.id}</td><td class="number">${bytes(quantization.sizeBytes)}</td><td>${withInterval(quantization.score)}</td><td>${
        quantization.id === 'F16' ? 'reference' : withInterval(quantization.delta, points)
      }</td><td class="number">${quantization.flips}</td><td class="number">${count(Math.round(quantization.tokensPerSecond))}</td><td class="number">${bytes(quantization.memoryBytes)}</td><td>${
        quantization.gate ? outcomeTag(quantization.gate.outcome) : '–'
      }</td></tr>`,
  )}</tbody></table></div>
${parity}</section>`;
}

/** Where the test split is large, the files that were not picked are asked fewer of its rows. */
function rowsOf(quantizations: readonly QuantizationResult[], testRows: number): string {
  const counts = quantizations.map(({ score }) => score.n);
  const fewest = Math.min(...counts);
  return fewest === Math.max(...counts)
    ? `${fewest === testRows ? 'the' : `${fewest} of the`} ${testRows} test rows for each file`
    : `${fewest} of the ${testRows} test rows for each file, on all of them for the chosen one`;
}

function paritySentence({ parity, parityNotChecked }: Evaluation): Html | null {
  if (parity === null)
    return parityNotChecked === null
      ? null
      : html`<p>Whether the served file answers as the training framework does: <span class="tag not-enough-rows">parity not checked</span>: ${parityNotChecked}.</p>`;
  return html`<p>Training framework and served file were asked the same ${parity.rows} rows: <b>${parity.disagreements}</b> answered differently, <b>${parity.tokenMismatches}</b> prompts were tokenised differently. ${
    parity.pass
      ? html`<span class="tag pass">parity holds</span>`
      : html`<span class="tag fail">parity broken</span>`
  }</p>`;
}
