import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ByteRange, Escalation, ServeRequest } from '../../answerer.ts';
import { RequestError } from './request-error.ts';
import { newRequestId } from './request-id.ts';

/** Headers of a client that a model server may see. Credentials, cookies and addresses are not among them. */
const passedHeaders = [
  'anthropic-beta',
  'anthropic-version',
  'idempotency-key',
  'openai-beta',
  'traceparent',
  'tracestate',
] as const;

/** A data request from its first byte to its last, filled in as more becomes known. */
export class DataRequest {
  readonly at = Date.now();
  readonly id = newRequestId(this.at);
  readonly path: string;
  headers: Readonly<Record<string, string>>;
  alias = '';
  raw: Buffer = noBytes;
  body: Readonly<Record<string, unknown>> = {};
  ranges: ReadonlyMap<string, ByteRange> = new Map();
  stream = false;
  /** Time from the request to the first byte of a streamed answer, in milliseconds. */
  firstTokenMs: number | null = null;
  /** US dollars that were spent beside the usage of the answer, so far. */
  spentUsd = 0;
  /** Why the large model was asked; null where it was not. */
  escalation: Escalation | null = null;
  /** The client closed its connection before the answer was complete. */
  left = false;
  readonly #began = performance.now();
  readonly #deadlineMs: number;
  readonly #timer: NodeJS.Timeout;
  readonly #controller = new AbortController();
  readonly #openCosts = new Set<Promise<void>>();
  #reason: Error | null = null;

  constructor(path: string, headers: IncomingHttpHeaders, deadlineMs: number) {
    this.path = path;
    this.headers = passedOn(headers);
    this.#deadlineMs = deadlineMs;
    this.#timer = setTimeout(() => this.abort(deadlinePassed(deadlineMs)), deadlineMs);
  }

  /** Why the request was given up; null while it is not. */
  get aborted(): Error | null {
    return this.#reason;
  }

  get elapsedMs(): number {
    return performance.now() - this.#began;
  }

  /** What an answerer is given: plain values, so that it may pass on a copy with some of them changed. */
  toServeRequest(keyId: string | null): ServeRequest {
    return {
      id: this.id,
      alias: this.alias,
      keyId,
      path: this.path,
      raw: this.raw,
      body: this.body,
      ranges: this.ranges,
      headers: keyId === null ? this.headers : withOwnIdempotency(this.headers, keyId),
      stream: this.stream,
      signal: this.#controller.signal,
      timeoutMs: Math.max(0, this.#deadlineMs - this.elapsedMs),
      spend: costUsd => this.#spend(costUsd),
      escalating: escalation => {
        this.escalation = escalation;
      },
    };
  }

  abort(reason: Error): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#controller.abort(reason);
  }

  /** Resolves once every cost is in `spentUsd`; null where that is so already. */
  get costsKnown(): Promise<unknown> | null {
    return this.#openCosts.size === 0 ? null : Promise.all(this.#openCosts);
  }

  #spend(costUsd: number | Promise<number>): void {
    if (typeof costUsd === 'number') {
      this.spentUsd += costUsd;
      return;
    }
    const booked = costUsd.then(known => {
      this.spentUsd += known;
      this.#openCosts.delete(booked);
    });
    this.#openCosts.add(booked);
  }

  /** Nothing more happens to the request. */
  finish(): void {
    clearTimeout(this.#timer);
  }
}

/**
 * Servers know all clients by the gateway's one key: two that happen to choose the same idempotency key must not get
 * each other's answers.
 */
function withOwnIdempotency(headers: DataRequest['headers'], keyId: string): DataRequest['headers'] {
  const chosen = headers['idempotency-key'];
  if (chosen === undefined) return headers;
  const own = createHash('sha256').update(`${keyId} ${chosen}`).digest('hex');
  return { ...headers, 'idempotency-key': own };
}

const noBytes = Buffer.alloc(0);
const noHeaders: Readonly<Record<string, string>> = {};

function passedOn(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  let passed: Record<string, string> | null = null;
  for (const name of passedHeaders) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    passed ??= {};
    passed[name] = value;
  }
  return passed ?? noHeaders;
}

function deadlinePassed(deadlineMs: number): RequestError {
  return new RequestError(
    504,
    'deadline-passed',
    `There was no complete answer within ${deadlineMs} ms`,
    'Ask for fewer tokens, or raise serve.limits.deadlineMs.',
  );
}
