import { UpstreamError } from '../../../core/errors/index.ts';
import type { Upstream, UpstreamResponse } from '../../../core/upstream.ts';
import type { Answerer, AnswerRecord, ServeAnswer, ServeRequest } from '../answerer.ts';
import { tokensBySize } from '../tokens-by-size.ts';
import { type OutgoingBody, outgoingBody, refusesToBeAsked } from './ask-usage.ts';
import { brokenOff, EventStream } from './event-stream.ts';
import { answerBytes, answerText, failureIn, isCutOff } from './read-answer.ts';
import { type Price, readUsage, tokensOfUncounted, withCost } from './usage.ts';

export interface UpstreamAnswererOptions {
  /** Closed with the answerer. */
  readonly upstream: Upstream;
  /** Prices by the name of the server; null where unknown. */
  readonly priceOf: (servedBy: string) => Price | null;
  /** The dearest price of a prompt among them, in US dollars per million tokens; 0 where none has a price. */
  readonly dearestInput: number;
}

/** Answers an alias with model servers: passes requests on as they came, and answers back as they come. */
export function createUpstreamAnswerer(options: UpstreamAnswererOptions): Answerer {
  const { upstream, priceOf, dearestInput } = options;
  let asksUsage = true;
  const send = (request: ServeRequest, body: OutgoingBody) =>
    upstream.send({
      path: request.path,
      body: body.bytes,
      ...(body.modelRange === null ? {} : { modelRange: body.modelRange }),
      headers: request.headers ?? {},
      signal: request.signal,
      timeoutMs: request.timeoutMs,
    });
  return {
    kind: 'upstream',
    async answer(request) {
      let body = outgoingBody(request, asksUsage);
      try {
        const response = await send(request, body).catch((error: unknown) => {
          if (!body.usageAdded || !refusesToBeAsked(error)) throw error;
          asksUsage = false;
          body = outgoingBody(request, asksUsage);
          return send(request, body);
        });
        const price = priceOf(response.servedBy);
        if (request.stream) return await streamed(request, response, body, price);
        return await whole(request, response, price);
      } catch (error) {
        // The server has read the prompt of a request that was given up, and charges for it.
        if (request.signal.aborted) request.spend?.((tokensBySize(request.raw.length) * dearestInput) / 1e6);
        throw error;
      }
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
  // Some say 200 before they know how it ends.
  const failure = 'choices' in answer ? null : failureIn(answer);
  if (failure !== null) throw brokenOff(response.servedBy, failure);
  const usage = readUsage(answer['usage']);
  const embeds = request.path === 'embeddings';
  const record = recordOf(response);
  if (!embeds) record.answer = answerText(answer);
  record.cutOff = isCutOff(answer);
  record.usage = withCost(usage, price);
  if (usage === null) {
    const bytesWritten = embeds ? 0 : answerBytes(answer);
    record.estimate = withCost(tokensOfUncounted(request.raw.length, bytesWritten, null), price);
  }
  return { status: response.status, contentType: 'application/json', headers: {}, body: bytes, record };
}

async function streamed(
  request: ServeRequest,
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
    body: new EventStream(response.body, response.servedBy, usageAdded, read => {
      const { text, usage, complete, cutOff, bytes } = read;
      record.answer = text;
      record.cutOff = cutOff;
      record.usage = withCost(usage, price);
      const counted = usage !== null && complete;
      record.estimate = counted ? null : withCost(tokensOfUncounted(request.raw.length, bytes, usage), price);
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
    cutOff: false,
    localAnswer: null,
    largeAnswer: null,
    usage: null,
    estimate: null,
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
