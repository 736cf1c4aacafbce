import type { Tracer } from '@opentelemetry/api';
import { stepdownVersion } from '../../../../core/version.ts';

/** A tracer whose spans are sent somewhere. */
export interface Tracing {
  readonly tracer: Tracer;
  /** Sends what waits, within the exporter's own time limit. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** OTEL_EXPORTER_OTLP_ENDPOINT: base address of a collector, without `/v1/traces`. */
  readonly endpoint: string;
  /** OTEL_EXPORTER_OTLP_HEADERS as set, credentials of the collector; null for none. */
  readonly headers: string | null;
  /** OTEL_SERVICE_NAME. */
  readonly serviceName: string;
}

/**
 * Spans to an OpenTelemetry collector, over OTLP with HTTP and JSON, in batches beside the requests. A collector
 * that is slow or gone costs spans, never requests. The SDK is loaded only here: a gateway without traces neither
 * reads nor pays for it. Sampling follows OTEL_TRACES_SAMPLER.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const [{ BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: collectorHeaders(options.headers ?? ''),
  });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.serviceName,
      'service.version': stepdownVersion,
    }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  return {
    tracer: provider.getTracer('stepdown', stepdownVersion),
    // A collector that refuses must not fail the shutdown of the gateway.
    close: () => provider.shutdown().catch(() => undefined),
  };
}

/**
 * Headers from `name=value` pairs that are separated by commas, values percent-encoded; anything else is left out.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
export function collectorHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const match = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*(.*?)\s*$/.exec(pair);
    if (match === null) continue;
    const [, name, value] = match as unknown as [string, string, string];
    headers[name.toLowerCase()] = decoded(value);
  }
  return headers;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
