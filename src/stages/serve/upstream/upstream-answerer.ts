import { UpstreamError } from '../../../core/errors/index.ts';
import type { Upstream, UpstreamResponse } from '../../../core/upstream.ts';
import type { Answerer, AnswerRecord, ServeAnswer, ServeRequest } from '../answerer.ts';
import { type OutgoingBody, outgoingBody } from './ask-usage.ts';
import { EventStream } from './event-stream.ts';
import { answerText } from './read-answer.ts';
import { type Price, readUsage, withCost } from './usage.ts';

export interface UpstreamAnswererOptions {
  /** Closed with the answerer. */
  readonly upstream: Upstream;
  /** Prices by the name of the server; null where unknown. */
  readonly priceOf: (servedBy: string) => Price | null;
}

/** Answers an alias with model servers: passes requests on as they came, and answers back as they come. */
export function createUpstreamAnswerer({ upstream, priceOf }: UpstreamAnswererOptions): Answerer {
  return {
    kind: 'upstream',
    async answer(request) {
      const body = outgoingBody(request);
      const response = await upstream.send({
        path: request.path,
        body: body.bytes,
        ...(body.modelRange === null ? {} : { modelRange: body.modelRange }),
        headers: request.headers ?? {},
        signal: request.signal,
        timeoutMs: request.timeoutMs,
      });
      const price = priceOf(response.servedBy);
      return request.stream ? streamed(response, body, price) : whole(request, response, price);
    },
    available: () => upstream.available(),
    close: () => upstream.close(),
  };
}

async function whole(
  request: ServeRequest,
  response: UpstreamResponse,
  price: Price | null,
): Promise<ServeAnswer> {
  const bytes = await collect(response.body);
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw invalid(response, 'it is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid(response, 'it is no JSON object');
  }
  const answer = body as Record<string, unknown>;
  return {
    status: response.status,
    contentType: 'application/json',
    headers: {},
    body: bytes,
    record: {
      ...recordOf(response),
      answer: request.path === 'embeddings' ? null : answerText(answer),
      usage: withCost(readUsage(answer['usage']), price),
    },
  };
}

async function streamed(
  response: UpstreamResponse,
  { usageAdded }: OutgoingBody,
  price: Price | null,
): Promise<ServeAnswer> {
  const contentType = response.headers['content-type'] ?? '';
  if (!contentType.startsWith('text/event-stream')) {
    await response.body[Symbol.asyncIterator]().return?.();
    throw invalid(response, 'a stream was asked for, and it is none');
  }
  const record = recordOf(response);
  return {
    status: response.status,
    contentType: 'text/event-stream; charset=utf-8',
    headers: {},
    body: new EventStream(response.body, response.servedBy, usageAdded, ({ text, usage }) => {
      record.answer = text;
      record.usage = withCost(usage, price);
    }),
    record,
  };
}

/** The chunks as one; most answers come in one. */
async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const [first] = chunks;
  if (chunks.length === 1) return Buffer.from(first!.buffer, first!.byteOffset, first!.byteLength);
  return Buffer.concat(chunks);
}

function recordOf({ servedBy }: UpstreamResponse): AnswerRecord {
  return {
    route: 'large',
    reason: null,
    confidence: null,
    servedBy,
    answer: null,
    localAnswer: null,
    largeAnswer: null,
    usage: null,
    ignored: [],
  };
}

function invalid({ servedBy }: UpstreamResponse, why: string): UpstreamError {
  return new UpstreamError(
    'upstream-invalid-answer',
    `The answer of ${servedBy} cannot be used: ${why}`,
    'Check that `baseUrl` points at an OpenAI-compatible API.',
  );
}
