import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { UpstreamError } from '../../core/errors/index.ts';
import { cancelled } from '../openai-compatible/retry.ts';
import { ByteQueue } from './byte-queue.ts';
import { brokenConnection, timedOut } from './failures.ts';

/** One request as it goes onto the wire. */
export interface WireRequest {
  readonly method: 'POST' | 'GET';
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array | null;
  readonly signal: AbortSignal | null;
  /** Longest time until the last byte, in milliseconds. */
  readonly timeoutMs: number;
  /** Longest body that is read, in bytes. */
  readonly maxBytes: number;
  /** Told where the answer breaks after its head, and the reader was not the cause. */
  readonly onBroken?: (error: Error) => void;
}

/** The head of an answer and the body that is still coming. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: ByteQueue;
}

/**
 * One request and its answer, on undici's lowest level: no stream objects between the socket and the reader.
 * @see https://github.com/nodejs/undici/blob/main/docs/docs/api/Dispatcher.md
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #upstream: string;
  readonly #request: WireRequest;
  readonly #resolve: (answer: WireAnswer) => void;
  readonly #reject: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #queue: ByteQueue | null = null;
  #bytes = 0;
  /** Why it was stopped before there was a connection to stop. */
  #stopped: Error | null = null;

  constructor(
    upstream: string,
    request: WireRequest,
    resolve: (answer: WireAnswer) => void,
    reject: (error: Error) => void,
  ) {
    this.#upstream = upstream;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#stop(timedOut(upstream, request.timeoutMs)), request.timeoutMs);
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#stopped !== null) controller.abort(this.#stopped);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // 1xx heads come before the real one.
    if (status < 200) return;
    this.#queue = new ByteQueue(controller);
    this.#resolve({ status, headers, body: this.#queue });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#request.maxBytes) {
      controller.abort(tooLong(this.#upstream, this.#request.maxBytes));
      return;
    }
    this.#queue?.push(chunk);
  }

  onResponseEnd(): void {
    this.#finish();
    this.#queue?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish();
    const failure = this.#stopped ?? brokenConnection(this.#upstream, error);
    if (this.#queue === null) {
      this.#reject(failure);
      return;
    }
    // That time ran out while a slow client read is nothing the server did, nor that a reader had enough.
    const serversDoing = !this.#queue.left && (this.#stopped === null || this.#queue.awaited);
    this.#queue.fail(failure);
    if (serversDoing) this.#request.onBroken?.(failure);
  }

  #onAbort = (): void => this.#stop(cancelled());

  #stop(reason: Error): void {
    this.#stopped ??= reason;
    if (this.#controller !== null) {
      this.#controller.abort(reason);
      return;
    }
    // Still waiting for a connection: the caller need not wait with it.
    this.#finish();
    this.#reject(reason);
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
  }
}

/**
 * Sends one request and resolves when the head of the answer has come.
 * @throws UpstreamError `upstream-unreachable` | `upstream-timeout` | `upstream-address-refused`; also while reading
 *   the body, there with `upstream-invalid-answer` | InterruptedError `request-cancelled`
 */
export function exchange(
  dispatcher: Dispatcher,
  origin: string,
  upstream: string,
  request: WireRequest,
): Promise<WireAnswer> {
  if (request.signal?.aborted) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    const handler = new Exchange(upstream, request, resolve, reject);
    dispatcher.dispatch(
      {
        origin,
        path: request.path,
        method: request.method,
        headers: request.headers as string[],
        body: request.body,
        // One timer for the whole answer is ours.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler,
    );
  });
}

function tooLong(upstream: string, maxBytes: number): UpstreamError {
  return new UpstreamError(
    'upstream-invalid-answer',
    `The answer of ${upstream} is longer than ${maxBytes} bytes`,
    'Ask for fewer tokens or inputs at once.',
  );
}
