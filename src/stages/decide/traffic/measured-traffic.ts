import type { Estimate } from '../../../core/estimate.ts';
import type { Span } from '../../../stats/running/span.ts';

/** What a log of requests, or the gateway's captures, say of the traffic. Every part is null where they do not. */
export interface MeasuredTraffic {
  /** Where it was read, e.g. `export.jsonl`, or `captures of the gateway`. */
  readonly source: string;
  readonly requests: number;
  /** Milliseconds since 1970-01-01 UTC of the first and the last request. */
  readonly from: number | null;
  readonly to: number | null;
  readonly callsPerDay: Span | null;
  /** Busiest hour over the average hour. */
  readonly peakFactor: Span | null;
  /** Requests of each hour of the day, UTC, as shares of all; 24 of them. */
  readonly byHour: readonly number[] | null;
  /** A call's tokens: mean with its 95 % interval. */
  readonly inputTokens: Span | null;
  readonly outputTokens: Span | null;
  /** Whether tokens were estimated from characters because the log has none. */
  readonly tokensEstimated: boolean;
  /** Share of the input tokens that were billed as cached. */
  readonly cachedInputShare: Span | null;
  readonly latencyMs: { readonly p50: number; readonly p95: number } | null;
  /** US dollars that 1,000 requests cost, where the log has costs. */
  readonly costUsdPer1k: Span | null;
  /** Share of the requests whose input came before, word for word. */
  readonly repeatedShare: Estimate | null;
  /** Mean share of a prompt that it has in common with the prompt before it, from the beginning on. */
  readonly sharedPrefixShare: number | null;
  /** Different answers; a closed task has few of them. */
  readonly distinctAnswers: number | null;
  /** The model that answered most of the requests that a large model answered; null where the log does not say. */
  readonly model: string | null;
  /** Random audits whose local answer is not the large model's; one worded otherwise counts too. */
  readonly disagreement: Estimate | null;
  /** Share of the requests to a cascade that went to the large model because they had to. */
  readonly escalatedShare: Estimate | null;
  /** Share of the requests to a cascade that were out of scope. */
  readonly outOfScopeShare: Estimate | null;
}
