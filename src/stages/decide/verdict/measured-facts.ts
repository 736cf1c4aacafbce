import type { Estimate } from '../../../core/estimate.ts';
import { numberText } from '../../../core/number-text.ts';
import type { Span } from '../../../stats/running/span.ts';
import type { DataEvidence } from '../measured/data-evidence.ts';
import type { Evidence, MeasuredCascade } from '../situation/evidence.ts';
import type { MeasuredTraffic } from '../traffic/measured-traffic.ts';

/** One thing that was measured instead of asked. */
export interface MeasuredFact {
  readonly id: string;
  /** With value, unit and interval. */
  readonly text: string;
  /** What it was measured on. */
  readonly source: string;
  /** Null for counts, which have no interval. */
  readonly estimate: (Span & { readonly n?: number }) | null;
}

type Line = Omit<MeasuredFact, 'source'>;

/** What was measured, in sentences. */
export function measuredFacts({ traffic, data, cascade }: Evidence): MeasuredFact[] {
  const from = (source: string, lines: readonly (Line | null)[]) =>
    lines.filter(line => line !== null).map(line => ({ ...line, source }));
  return [
    ...(traffic === null ? [] : from(traffic.source, trafficLines(traffic))),
    ...(data === null ? [] : from(data.source, dataLines(data))),
    ...(cascade === null ? [] : from(cascade.source, cascadeLines(cascade))),
  ];
}

function trafficLines(traffic: MeasuredTraffic): (Line | null)[] {
  const { requests, from, to, byHour, latencyMs } = traffic;
  const minute = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  const busiest = byHour === null ? null : byHour.indexOf(Math.max(...byHour));
  const hour =
    busiest === null || from === null ? '' : ` (most come at ${String(busiest).padStart(2, '0')}:00 UTC)`;
  return [
    count(
      'requests',
      `${numberText(requests)} requests were read${from === null || to === null ? ', without times' : `, from ${minute(from)} to ${minute(to)} UTC`}.`,
    ),
    spanned('calls-per-day', 'calls a day', traffic.callsPerDay),
    spanned('peak-factor', `times the average in the busiest hour${hour}`, traffic.peakFactor),
    spanned(
      'input-tokens',
      `input tokens a call${traffic.tokensEstimated ? ', estimated from characters' : ''}`,
      traffic.inputTokens,
    ),
    spanned('output-tokens', 'output tokens a call', traffic.outputTokens),
    spanned(
      'cached-input-share',
      'of the input tokens were billed as cached',
      traffic.cachedInputShare,
      'percent',
    ),
    spanned('cost', 'for 1,000 requests, as recorded', traffic.costUsdPer1k, 'usd'),
    latencyMs === null
      ? null
      : count(
          'latency',
          `${numberText(latencyMs.p50)} ms latency in the median, ${numberText(latencyMs.p95)} ms at the 95th percentile.`,
        ),
    said('repeated-share', 'of the inputs came before, word for word', traffic.repeatedShare, 'percent'),
    traffic.sharedPrefixShare === null
      ? null
      : count(
          'shared-prefix-share',
          `${numberText(traffic.sharedPrefixShare, 'percent')} of a prompt stands at the beginning of the next one too, on average: what a prompt cache could serve at most.`,
        ),
    traffic.distinctAnswers === null
      ? null
      : count(
          'distinct-answers',
          traffic.distinctAnswers === 1
            ? 'The answer was always the same.'
            : `${numberText(traffic.distinctAnswers)} different answers.`,
        ),
    said(
      'escalated-share',
      'of the requests to the cascade had to go to the large model',
      traffic.escalatedShare,
      'percent',
    ),
    said(
      'out-of-scope-share',
      'of the requests to the cascade were out of scope',
      traffic.outOfScopeShare,
      'percent',
    ),
    said(
      'audit-disagreement',
      'of the audited local answers differ from the large model’s',
      traffic.disagreement,
      'percent',
    ),
  ];
}

function dataLines(data: DataEvidence): (Line | null)[] {
  const labels =
    data.labels === null ? '' : ` and ${numberText(data.labels)} label${data.labels === 1 ? '' : 's'}`;
  return [
    count(
      'rows',
      `${numberText(data.rows)} rows${labels}; the targets look like ${data.kind}; ${numberText(data.duplicateShare, 'percent')} of the rows are exact copies.`,
    ),
    said(
      'near-share',
      `of the inputs have a near neighbour (cosine ${data.breadth?.nearFrom} or more)`,
      data.breadth?.nearShare ?? null,
      'percent',
    ),
    said(
      'label-noise',
      'of the labels are disputed by a model that has not seen them',
      data.labelNoise,
      'percent',
    ),
  ];
}

function cascadeLines({ escalatedShare, localError }: MeasuredCascade): (Line | null)[] {
  return [
    said('calibrated-escalation', 'of the requests would go to the large model', escalatedShare, 'percent'),
    said('calibrated-error', 'of the answers given locally are wrong', localError, 'percent'),
  ];
}

function count(id: string, text: string): Line {
  return { id, text, estimate: null };
}

function spanned(id: string, what: string, span: Span | null, format?: string): Line | null {
  if (span === null) return null;
  const { value, low, high } = span;
  const number = (end: number) => numberText(end, format);
  return { id, text: `${number(value)} (${number(low)} to ${number(high)}) ${what}.`, estimate: span };
}

function said(id: string, what: string, estimate: Estimate | null, format?: string): Line | null {
  if (estimate === null) return null;
  const number = (value: number) => numberText(value, format);
  const { value, low, high, n } = estimate;
  return {
    id,
    text: `${number(value)} (${number(low)} to ${number(high)}, n = ${n.toLocaleString('en-US')}) ${what}.`,
    estimate,
  };
}
