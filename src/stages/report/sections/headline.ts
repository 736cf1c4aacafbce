import type { Evaluation, SystemResult } from '../../../core/evaluation.ts';
import { bytes, percent, points } from '../../../document/format.ts';
import { type Html, html } from '../../../document/html.ts';
import { prose } from '../../../document/prose.ts';
import type { ReportData } from '../schema.ts';

/** The specialist as it is served: the system of that role. */
export function specialistOf(evaluation: Evaluation): SystemResult | null {
  return evaluation.systems.find(system => system.role === 'specialist') ?? null;
}

/** The floor with the best primary metric. */
export function bestFloor(evaluation: Evaluation): SystemResult | null {
  const value = (system: SystemResult) => system.metrics[evaluation.primaryMetric]?.value ?? -1;
  return (
    evaluation.systems.filter(system => system.role === 'floor').sort((a, b) => value(b) - value(a))[0] ??
    null
  );
}

/** What a director reads: the title, one sentence, four figures, the findings. */
export function headline(data: ReportData): Html {
  const { evaluation } = data;
  const specialist = specialistOf(evaluation);
  const estimate = specialist?.metrics[evaluation.primaryMetric];
  const kinds = { classify: 'classification', extract: 'extraction', generate: 'text generation' };
  return html`<header>
<p class="kicker">stepdown report · ${kinds[evaluation.taskKind]} · ${data.createdAt.slice(0, 10)}</p>
<h1>${data.name}</h1>
${
  estimate
    ? html`<p class="lead">On ${evaluation.testRows} held-out rows the specialist reaches <b>${percent(estimate.value)}</b> ${metricWords(evaluation)}. With ${percent(estimate.confidence)} confidence the true figure lies between ${percent(estimate.low)} and ${percent(estimate.high)}.</p>`
    : html`<p class="lead">No specialist was evaluated.</p>`
}
</header>
<div class="tiles">${tiles(data)}</div>
${evaluation.findings.length > 0 ? html`<h2>Findings</h2><ul class="findings">${evaluation.findings.map(finding => html`<li>${prose(finding.text)}</li>`)}</ul>` : null}`;
}

function metricWords({ primaryMetric, metricDescriptions }: Evaluation): Html {
  const description = metricDescriptions[primaryMetric];
  return html`${primaryMetric.replaceAll('-', ' ')}${description ? html` (${description.toLowerCase().replace(/\.$/, '')})` : null}`;
}

function tiles({ evaluation }: ReportData): Html[] {
  const specialist = specialistOf(evaluation);
  const estimate = specialist?.metrics[evaluation.primaryMetric];
  const made: Html[] = [];
  const tile = (label: string, value: string, detail: string) =>
    made.push(
      html`<div class="tile"><div class="label">${label}</div><div class="value">${value}</div><div class="detail">${detail}</div></div>`,
    );
  if (estimate) {
    tile(
      `${evaluation.primaryMetric} of the specialist`,
      percent(estimate.value),
      `${percent(estimate.low)} to ${percent(estimate.high)}, n = ${estimate.n}`,
    );
  }
  const floor = bestFloor(evaluation);
  const againstFloor = evaluation.comparisons.find(
    comparison =>
      comparison.system === specialist?.id &&
      comparison.reference === floor?.id &&
      comparison.metric === evaluation.primaryMetric,
  );
  if (floor && againstFloor) {
    const { value, low, high } = againstFloor.difference;
    tile(
      'against no language model',
      points(value),
      `${points(low)} to ${points(high)} points · ${floor.title}`,
    );
  }
  const picked = evaluation.quantizations.find(quantization => quantization.picked);
  if (picked) {
    const full = evaluation.quantizations.find(quantization => quantization.type === 'F16');
    const share = full ? `${percent(picked.sizeBytes / full.sizeBytes)} of F16` : '';
    tile('served file', bytes(picked.sizeBytes), [picked.id, share].filter(Boolean).join(' · '));
  }
  if (specialist?.latencyMs) {
    tile(
      'time per request',
      `${Math.round(specialist.latencyMs.p50)} ms`,
      `median; p95 ${Math.round(specialist.latencyMs.p95)} ms, one at a time`,
    );
  }
  return made;
}
