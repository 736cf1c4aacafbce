import type { Span } from '@opentelemetry/api';
import type {
  RequestFacts,
  RequestResult,
  RequestWatch,
  Telemetry,
  TelemetryEvent,
  TelemetrySources,
} from '../../../core/telemetry.ts';
import { ErrorCodes, type KnownNames } from './bounded-names.ts';
import { joinMetricsExchange, type MetricsPeer } from './cluster/cluster-metrics.ts';
import type { LogLines } from './log-lines.ts';
import { withAgreement } from './metrics/agreement.ts';
import { exposition } from './metrics/exposition.ts';
import { type FamilySnapshot, mergeSnapshots } from './metrics/series.ts';
import { RequestLog } from './request-log.ts';
import { RequestMetrics } from './request-metrics.ts';
import { StateMetrics } from './state-metrics.ts';
import { RequestTraces } from './tracing/request-traces.ts';
import type { Tracing } from './tracing/tracing.ts';

export interface TelemetryOptions {
  readonly names: KnownNames;
  readonly lines: LogLines;
  /** Null where traces are off. */
  readonly tracing: Tracing | null;
  /** The process that knows the other workers' metrics; null for a gateway of one process. */
  readonly primary: MetricsPeer | null;
}

/** Metrics, traces and logs behind one call a request. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { names, lines, tracing, primary } = options;
  const codes = new ErrorCodes();
  const requestMetrics = new RequestMetrics(names, codes);
  const stateMetrics = new StateMetrics(names, codes, () => lines.dropped);
  const log = new RequestLog(lines, names, codes);
  const traces = tracing === null ? null : new RequestTraces(tracing.tracer, names, codes);
  const snapshot = (): FamilySnapshot[] => [...requestMetrics.snapshot(), ...stateMetrics.snapshot()];
  const ofAllProcesses = primary === null ? null : joinMetricsExchange(primary, snapshot);
  return {
    begin(request: RequestFacts) {
      requestMetrics.begun();
      const traced = traces === null ? null : traces.begin(request);
      return new Watch(request, requestMetrics, log, traces, traced);
    },
    note(event: TelemetryEvent) {
      stateMetrics.note(event);
      log.note(event);
    },
    watch: (sources: TelemetrySources) => stateMetrics.watch(sources),
    metrics: async () =>
      exposition(
        withAgreement(ofAllProcesses === null ? snapshot() : mergeSnapshots(await ofAllProcesses())),
      ),
    async close() {
      stateMetrics.close();
      await tracing?.close();
      await lines.close();
    },
  };
}

/** A class, so that watching a request costs one small object. */
class Watch implements RequestWatch {
  readonly traceparent: string | null;
  readonly #request: RequestFacts;
  readonly #metrics: RequestMetrics;
  readonly #log: RequestLog;
  readonly #traces: RequestTraces | null;
  readonly #span: Span | null;
  #ended = false;

  constructor(
    request: RequestFacts,
    metrics: RequestMetrics,
    log: RequestLog,
    traces: RequestTraces | null,
    traced: ReturnType<RequestTraces['begin']> | null,
  ) {
    this.#request = request;
    this.#metrics = metrics;
    this.#log = log;
    this.#traces = traces;
    this.#span = traced === null ? null : traced.span;
    this.traceparent = traced === null ? null : traced.traceparent;
  }

  end(result: RequestResult): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#metrics.ended(result);
    this.#log.ended(this.#request, result);
    if (this.#span !== null) this.#traces?.end(this.#span, this.#request, result);
  }
}
