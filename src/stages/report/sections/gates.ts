import type { GateResult } from '../../../core/evaluation.ts';
import { points, score, withInterval } from '../../../document/format.ts';
import { type Html, html } from '../../../document/html.ts';

const words: Record<GateResult['outcome'], string> = {
  pass: 'pass',
  fail: 'fail',
  'not-enough-rows': 'not enough rows',
};

/** Coloured word for a gate's outcome. */
export function outcomeTag(outcome: GateResult['outcome']): Html {
  return html`<span class="tag ${outcome}">${words[outcome]}</span>`;
}

/** Every gate with its rule, its answer and what it rests on. */
export function gatesSection(gates: readonly GateResult[]): Html | null {
  if (gates.length === 0) return null;
  return html`<section><h2>Gates</h2>
<p class="note">A gate passes only when the whole interval is on the right side; it fails only when the whole interval is on the wrong side.</p>
<div class="scroll"><table><thead><tr><th>gate</th><th>answer</th><th>measured</th><th>why</th></tr></thead>
<tbody>${gates.map(
    gate =>
      html`<tr><td><b>${gate.name}</b><br><span class="note">${gate.rule}</span></td><td>${outcomeTag(gate.outcome)}</td><td>${
        gate.margin === null ? withInterval(gate.estimate, score) : withInterval(gate.estimate, points)
      }</td><td>${gate.explanation}</td></tr>`,
  )}</tbody></table></div></section>`;
}
