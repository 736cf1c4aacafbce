import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission, Spending, SpendingBound } from '../../../core/access.ts';
import { AccessError } from '../../../core/errors/index.ts';
import type { RequestWatch } from '../../../core/telemetry.ts';
import { spendingBound } from '../access/index.ts';
import type { AnswerRecord, ServeAnswer } from '../answerer.ts';
import { unknownName } from '../observe/bounded-names.ts';
import { tokensBySize } from '../tokens-by-size.ts';
import type { Lease } from './alias-table.ts';
import { answerHeaders, routeHeaders } from './answer/answer-headers.ts';
import { errorAnswer } from './answer/error-answer.ts';
import { errorFrame, sendError } from './answer/send.ts';
import { StreamWriter } from './answer/stream-writer.ts';
import { captureOf, resultOf } from './capture-of.ts';
import { type GatewayOptions, gatewayTimes } from './gateway-options.ts';
import { DataRequest } from './request/data-request.ts';
import { parseBody } from './request/parse-body.ts';
import { presentedKey } from './request/presented-key.ts';
import { BodyReader } from './request/read-body.ts';
import { RequestError } from './request/request-error.ts';

/** Status of a request whose client left first, as nginx counts it. */
const clientLeft = 499;

/** What is open for one request until it is over. */
interface Open {
  readonly request: DataRequest;
  readonly watch: RequestWatch;
  admission: Admission | null;
  lease: Lease | null;
  record: AnswerRecord | null;
  over: boolean;
}

/** Answers data requests: reads, admits, lets the alias answer, sends, writes down. */
export class DataPlane {
  readonly #options: GatewayOptions;
  readonly #bodies: BodyReader;
  readonly #stallMs: number;
  #open = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#bodies = new BodyReader(options.limits.maxBodyBytes);
    this.#stallMs = options.times?.stallMs ?? gatewayTimes.stallMs;
  }

  /** Requests that are being answered now. */
  get open(): number {
    return this.#open;
  }

  /** @param path below `/v1/`: `chat/completions` */
  async handle(path: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = new DataRequest(path, incoming.headers, this.#options.limits.deadlineMs);
    const watch = this.#options.telemetry.begin({
      id: request.id,
      endpoint: `/v1/${path}`,
      traceparent: request.headers['traceparent'] ?? null,
    });
    // What a server behind is asked for belongs to the span of this request.
    if (watch.traceparent !== null) request.headers = { ...request.headers, traceparent: watch.traceparent };
    const open: Open = { request, watch, admission: null, lease: null, record: null, over: false };
    this.#open += 1;
    response.on('close', () => {
      if (response.writableFinished) return;
      request.left = true;
      request.abort(leftEarly());
    });
    try {
      // Whose key is no good costs the gateway no body.
      const holder = await this.#options.access.recognize(presentedKey(incoming.headers));
      request.raw = await this.#bodies.read(incoming);
      readParameters(request, this.#options.limits.maxJsonDepth);
      open.admission = await holder.admit(request.alias, this.#mostOf(request));
      open.lease = this.#options.aliases.acquire(request.alias);
      if (request.aborted !== null) throw request.aborted;
      const answer = await open.lease.answerer.answer(request.toServeRequest(open.admission.keyId));
      open.record = answer.record;
      if (Buffer.isBuffer(answer.body)) await this.#sendWhole(open, answer, answer.body, response);
      else await this.#sendStream(open, answer, answer.body, response);
    } catch (error) {
      await this.#sendFailure(open, error, incoming, response);
    } finally {
      this.#bodies.release(request.raw);
      request.finish();
      open.lease?.release();
      settle(open);
      this.#open -= 1;
    }
  }

  async #sendWhole(open: Open, answer: ServeAnswer, body: Buffer, response: ServerResponse): Promise<void> {
    const { request } = open;
    await this.#finish(open, request.left ? clientLeft : answer.status, null, request.aborted);
    const headers = answerHeaders(request.id, answer);
    headers['content-length'] = body.length;
    response.writeHead(answer.status, headers);
    response.end(body);
  }

  async #sendStream(
    open: Open,
    answer: ServeAnswer,
    body: AsyncIterable<Uint8Array>,
    response: ServerResponse,
  ): Promise<void> {
    const { request } = open;
    const iterator = body[Symbol.asyncIterator]();
    // A stream that fails before its first event is still answered with a status that says so.
    let step = await iterator.next();
    request.firstTokenMs = request.elapsedMs;
    const headers = answerHeaders(request.id, answer);
    headers['cache-control'] = 'no-cache';
    response.writeHead(answer.status, headers);
    const writer = new StreamWriter(response, this.#stallMs);
    try {
      while (step.done !== true) {
        const behind = writer.write(step.value);
        if (behind !== null) await behind;
        if (request.aborted !== null) {
          // Not awaited: what is stopped may be waiting for its own next event.
          void iterator.return?.().catch(() => {});
          throw request.aborted;
        }
        step = await iterator.next();
      }
      await this.#finish(open, request.left ? clientLeft : answer.status, null, request.aborted);
      writer.end();
    } catch (error) {
      const cause = request.aborted ?? error;
      const failure = errorAnswer(cause);
      await this.#finish(open, request.left ? clientLeft : failure.status, failure.code, cause);
      writer.endWith(errorFrame(failure, request.path === 'messages'));
    }
  }

  async #sendFailure(
    open: Open,
    error: unknown,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { request } = open;
    // An answerer that was aborted may say so in its own words; the reason is the gateway's.
    const cause = request.aborted ?? error;
    const failure = errorAnswer(cause);
    await this.#finish(open, request.left ? clientLeft : failure.status, failure.code, cause);
    // What is left of a body that was refused is not read: the connection ends with the answer.
    const headers = routeHeaders(open.record, request.escalation);
    if (!incoming.complete) headers['connection'] = 'close';
    if (!response.destroyed) sendError(response, request.id, failure, headers, request.path === 'messages');
  }

  /**
   * Once a request, before its answer ends: writes it down and tells it. What was never admitted is only told, or
   * anybody could fill the disk.
   */
  async #finish(open: Open, status: number, errorCode: string | null, error: unknown): Promise<void> {
    if (open.over) return;
    open.over = true;
    const { request, admission, watch } = open;
    // A name that is no alias is a client's text, of any length, and nobody redacts it.
    const alias = open.lease === null ? unknownName : request.alias;
    const keyId = admission?.keyId ?? (error instanceof AccessError ? error.keyId : null);
    const capture = captureOf(request, { alias, keyId, status, errorCode }, open.record);
    if (admission !== null) await this.#options.captures.append(capture);
    watch.end(resultOf(capture, request.alias === '' ? null : request.alias, error));
  }

  #mostOf({ raw, body, alias, path }: DataRequest): SpendingBound {
    const { price, addedTokens } = this.#options.costOf(alias);
    return spendingBound({
      bodyBytes: raw.length,
      body,
      price,
      addedTokens,
      generates: path !== 'embeddings',
    });
  }
}

/** @throws RequestError, see parseBody, and `model-missing` | `parameter-invalid` (400) */
function readParameters(request: DataRequest, maxJsonDepth: number): void {
  const { body, ranges } = parseBody(request.raw, maxJsonDepth);
  const { model, stream } = body;
  if (typeof model !== 'string' || model === '') {
    throw new RequestError(400, 'model-missing', 'The body names no `model`', 'Name one of GET /v1/models.', {
      param: 'model',
    });
  }
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw new RequestError(400, 'parameter-invalid', '`stream` is not true or false', 'Send a boolean.', {
      param: 'stream',
    });
  }
  request.body = body;
  request.ranges = ranges;
  request.alias = model;
  // Vectors come at once, whatever is asked.
  request.stream = stream === true && request.path !== 'embeddings';
}

/** Books a request; what it may cost at most stays set aside until all of what it cost is known. */
function settle(open: Open): void {
  const { admission, request } = open;
  if (admission === null) return;
  const { costsKnown } = request;
  if (costsKnown === null) admission.settle(spendingOf(open));
  else void costsKnown.then(() => admission.settle(spendingOf(open)));
}

/**
 * What is booked against budgets. A server that did not count to the end is booked by size, so that a budget cannot be
 * got around by choosing such a server, or by leaving before it counts; the capture says what was counted.
 */
function spendingOf({ record, request, lease }: Open): Spending {
  const { spentUsd } = request;
  const promptTokens = tokensBySize(request.raw.length);
  if (record === null) {
    const givenUp = lease !== null && request.aborted !== null;
    return { tokens: givenUp ? promptTokens : 0, costUsd: spentUsd };
  }
  const usage = record.estimate ?? record.usage;
  if (usage === null) {
    return { tokens: promptTokens + tokensBySize(record.answer?.length ?? 0), costUsd: spentUsd };
  }
  return { tokens: usage.promptTokens + usage.completionTokens, costUsd: (usage.costUsd ?? 0) + spentUsd };
}

function leftEarly(): RequestError {
  return new RequestError(clientLeft, 'client-left', 'The client closed the connection', 'Send it again.');
}
