import { type Attributes, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { RequestFacts, RequestResult } from '../../../../core/telemetry.ts';
import {
  boundedAlias,
  boundedEndpoint,
  boundedReason,
  boundedRoute,
  boundedServer,
  type ErrorCodes,
  type KnownNames,
} from '../bounded-names.ts';
import { parentOf, traceparentOf } from './trace-context.ts';

const operations = new Map([
  ['/v1/chat/completions', 'chat'],
  ['/v1/messages', 'chat'],
  ['/v1/completions', 'text_completion'],
  ['/v1/embeddings', 'embeddings'],
]);
/** Other endpoints are named by their path. */
const operationOf = (endpoint: string) => operations.get(endpoint) ?? boundedEndpoint(endpoint);

/**
 * A span a request, named and described by the conventions for generative AI, without content: messages, answers
 * and error messages are never put on it.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export class RequestTraces {
  readonly #tracer: Tracer;
  readonly #names: KnownNames;
  readonly #codes: ErrorCodes;

  constructor(tracer: Tracer, names: KnownNames, codes: ErrorCodes) {
    this.#tracer = tracer;
    this.#names = names;
    this.#codes = codes;
  }

  begin(request: RequestFacts): { readonly span: Span; readonly traceparent: string | null } {
    const endpoint = boundedEndpoint(request.endpoint);
    // What a sampler may decide by has to be there from the start.
    const span = this.#tracer.startSpan(
      operationOf(endpoint),
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': endpoint === '/v1/models' ? 'GET' : 'POST',
          'url.path': endpoint,
          'gen_ai.provider.name': 'stepdown',
          'gen_ai.operation.name': operationOf(endpoint),
        },
      },
      parentOf(request.traceparent),
    );
    return { span, traceparent: traceparentOf(span) };
  }

  end(span: Span, request: RequestFacts, result: RequestResult): void {
    const alias = boundedAlias(this.#names, result.alias);
    span.updateName(`${operationOf(request.endpoint)} ${alias}`);
    span.setAttributes(this.#attributes(alias, request, result));
    if (result.error !== null && result.error !== undefined)
      span.setAttribute('error.type', this.#codes.of(result.error));
    else if (result.status >= 500) span.setAttribute('error.type', String(result.status));
    // A server's span is in error for its own failures only.
    if (result.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }

  #attributes(alias: string, request: RequestFacts, result: RequestResult): Attributes {
    const known: Attributes = {
      'gen_ai.request.model': alias,
      'gen_ai.request.stream': result.stream,
      'http.response.status_code': result.status,
      'stepdown.request.id': request.id,
      'stepdown.route': boundedRoute(result.route),
    };
    const put = (name: string, value: string | number | null) => {
      if (value !== null) known[name] = value;
    };
    put('gen_ai.response.model', boundedServer(this.#names, result.servedBy));
    put('gen_ai.usage.input_tokens', result.promptTokens);
    put('gen_ai.usage.output_tokens', result.completionTokens);
    put('gen_ai.usage.cache_read.input_tokens', result.cachedTokens);
    put(
      'gen_ai.response.time_to_first_chunk',
      result.stream && result.firstTokenMs !== null ? result.firstTokenMs / 1000 : null,
    );
    put('stepdown.escalation.reason', result.reason === null ? null : boundedReason(result.reason));
    put('stepdown.confidence', result.confidence);
    put('stepdown.cost_usd', result.costUsd);
    return known;
  }
}
