import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrerequisiteError } from '../../../core/errors/index.ts';
import { answerClientError } from './answer/client-error.ts';
import { errorAnswer } from './answer/error-answer.ts';
import { sendError } from './answer/send.ts';
import { administration, controlRoutes } from './control-routes.ts';
import { DataPlane } from './data-plane.ts';
import { type GatewayOptions, gatewayTimes } from './gateway-options.ts';
import { comesFromHere } from './request/loopback.ts';
import { RequestError, wrongMethod } from './request/request-error.ts';
import { newRequestId } from './request/request-id.ts';
import { pathOf, Router } from './router.ts';

/** Head of a request, in bytes; more is answered 431. */
const maxHeaderBytes = 16 << 10;

const dataPaths: ReadonlyMap<string, string> = new Map(
  ['chat/completions', 'completions', 'embeddings', 'messages'].map(path => [`/v1/${path}`, path]),
);

/** The gateway's HTTP server. */
export class GatewayServer {
  readonly #options: GatewayOptions;
  readonly #server: Server;
  readonly #data: DataPlane;
  readonly #router: Router;
  #draining = false;
  #idle: (() => void) | null = null;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#data = new DataPlane(options);
    this.#router = new Router(
      controlRoutes(options, () => this.#draining),
      administration(options),
      options.telemetry,
    );
    const { headersMs, requestMs, keepAliveMs } = { ...gatewayTimes, ...options.times };
    this.#server = createServer(
      {
        maxHeaderSize: maxHeaderBytes,
        headersTimeout: headersMs,
        requestTimeout: requestMs,
        keepAliveTimeout: keepAliveMs,
        connectionsCheckingInterval: Math.min(1_000, headersMs / 2),
        noDelay: true,
        // Answered below, in the shape of all errors.
        requireHostHeader: false,
      },
      (incoming, response) => void this.#handle(incoming, response),
    );
    this.#server.on('clientError', answerClientError);
    this.#server.on('checkExpectation', (incoming: IncomingMessage, response: ServerResponse) =>
      refuse(incoming, response, expectationFailed()),
    );
  }

  /**
   * Starts to listen.
   * @returns the address as a URL, without a slash at the end
   * @throws PrerequisiteError `port-unavailable`
   */
  async listen(host: string, port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', cause => reject(portUnavailable(host, port, cause)));
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address() as AddressInfo;
    const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${shown}:${address.port}`;
  }

  /**
   * Stops: says at once that it is not ready, refuses new data requests and waits for the open ones, at most
   * `limits.drainMs`; then cuts what is left.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#options.telemetry.note({ kind: 'draining' });
    if (this.#data.open > 0) {
      const longest = new AbortController();
      const timer = setTimeout(() => longest.abort(), this.#options.limits.drainMs);
      await new Promise<void>(resolve => {
        this.#idle = resolve;
        longest.signal.addEventListener('abort', () => resolve());
      });
      clearTimeout(timer);
    }
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()));
    // What was just written may still be on its way: connections in use end with their answer.
    this.#server.closeIdleConnections();
    if (this.#data.open > 0) this.#server.closeAllConnections();
    const last = setTimeout(() => this.#server.closeAllConnections(), lastWriteMs);
    await closed;
    clearTimeout(last);
  }

  /**
   * Why a request that is not from this machine is not answered; null where it may go on. Without keys a web page could
   * ask through the browser of somebody who uses this gateway; the first key ends that, whenever it is made.
   */
  async #refusalOfOthers(): Promise<unknown> {
    try {
      return (await this.#options.access.keysRequired()) ? null : hostRefused();
    } catch (error) {
      return error;
    }
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#draining) response.setHeader('connection', 'close');
    if (incoming.headers.host === undefined && incoming.httpVersion !== '1.0') {
      return refuse(incoming, response, hostMissing());
    }
    if (!comesFromHere(incoming.headers)) {
      const refusal = await this.#refusalOfOthers();
      if (refusal !== null) return refuse(incoming, response, refusal);
    }
    const path = dataPaths.get(pathOf(incoming.url ?? '/'));
    if (path === undefined) return this.#router.handle(incoming, response);
    if (incoming.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return refuse(incoming, response, wrongMethod('POST'));
    }
    if (this.#draining) return refuse(incoming, response, stopping());
    await this.#data.handle(path, incoming, response);
    if (this.#data.open === 0) this.#idle?.();
  }
}

/** Time for the last bytes of finished answers to be taken, in milliseconds. */
const lastWriteMs = 2_000;

function refuse(incoming: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (!incoming.complete) response.setHeader('connection', 'close');
  sendError(response, newRequestId(Date.now()), errorAnswer(error));
}

function stopping(): RequestError {
  return new RequestError(503, 'draining', 'The gateway is stopping', 'Send it again, to another replica.', {
    retryAfterSeconds: 1,
  });
}

function hostMissing(): RequestError {
  return new RequestError(400, 'request-malformed', 'The request has no Host header', 'Send one.');
}

function expectationFailed(): RequestError {
  const hint = 'Send `Expect: 100-continue`, or none.';
  return new RequestError(417, 'expectation-failed', 'Nothing else can be expected here', hint);
}

function hostRefused(): RequestError {
  return new RequestError(
    403,
    'host-refused',
    'A gateway without keys answers only to names of this machine',
    'Use http://127.0.0.1, or create a key with `stepdown keys create`.',
  );
}

function portUnavailable(host: string, port: number, cause: Error): PrerequisiteError {
  const { code } = cause as NodeJS.ErrnoException;
  return new PrerequisiteError(
    'port-unavailable',
    `Cannot listen on ${host}, port ${port} (${code ?? cause.message})`,
    'Choose another address with --host and --port; port 0 takes a free one.',
    { cause },
  );
}
