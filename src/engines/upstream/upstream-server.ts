import type { Dispatcher } from 'undici';
import { UpstreamError } from '../../core/errors/index.ts';
import type { UpstreamRequest } from '../../core/upstream.ts';
import { stepdownVersion } from '../../core/version.ts';
import { parseBaseUrl } from '../openai-compatible/base-url.ts';
import { retryAfterMs, type Surroundings } from '../openai-compatible/retry.ts';
import { AskedRests } from './asked-rests.ts';
import { CircuitBreaker, type CircuitState } from './circuit-breaker.ts';
import { exchange, type WireAnswer } from './exchange.ts';
import { compressedAnswer, isServersFault, statusFailure } from './failures.ts';
import { guardedConnector } from './guarded-connector.ts';
import { Pool } from './undici-parts.ts';

/** Longest answer that is read, in bytes: embeddings of a large batch fit, an endless body does not. */
const maxAnswerBytes = 64 << 20;
const maxErrorBytes = 64 << 10;
/** Without the last, a server may compress its answer as it likes. */
const fixedHeaders = [
  ...['content-type', 'application/json'],
  ...['user-agent', `stepdown/${stepdownVersion}`],
  ...['accept-encoding', 'identity'],
];
const firstCheckMs = 2_000;
const longestCheckMs = 60_000;
const checkTimeoutMs = 5_000;

export interface UpstreamServerOptions {
  /** As in stepdown.yaml; what clients, captures and metrics see of it. */
  readonly name: string;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
  readonly surroundings: Surroundings;
  /** Told when it is taken out of use and when it comes back. */
  readonly onCircuit?: ((state: CircuitState) => void) | undefined;
  /** Only tests give another. */
  readonly dispatcher?: Dispatcher;
}

/** One model server: its connections, its key, its health. */
export class UpstreamServer {
  readonly name: string;
  readonly #options: UpstreamServerOptions;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #dispatcher: Dispatcher;
  readonly #breaker: CircuitBreaker;
  readonly #closing = new AbortController();
  readonly #rests: AskedRests;
  /** Health checks since it last answered a request: who answers checks alone is checked ever more rarely. */
  #checks = 0;

  /** @throws ConfigError `base-url-invalid` */
  constructor(options: UpstreamServerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#breaker = new CircuitBreaker(options.onCircuit);
    this.#rests = new AskedRests(options.surroundings.now);
    const url = parseBaseUrl(options.baseUrl);
    this.#origin = url.origin;
    this.#basePath = url.pathname;
    this.#dispatcher =
      options.dispatcher ??
      new Pool(url.origin, {
        connect: guardedConnector(options.allowPrivate),
        connections: null,
        pipelining: 1,
        keepAliveTimeout: 30_000,
      });
  }

  get circuit(): CircuitState {
    return this.#breaker.state;
  }

  /** Whether every request may be sent now: it is in use, and none of its models rests. */
  get ready(): boolean {
    return !this.#breaker.isOpen && !this.#rests.any;
  }

  /** Whether requests to a model are answered. @param model null for whatever the request names */
  available(model: string | null): boolean {
    return !this.#breaker.isOpen && this.restMs(model) === 0;
  }

  /** Whether one more may be sent now. */
  admits(model: string | null): boolean {
    return this.#breaker.admits && this.restMs(model) === 0;
  }

  /** How long it asked to be left alone with a model, from now, in milliseconds. */
  restMs(model: string | null): number {
    return this.#rests.leftMs(model);
  }

  /**
   * Sends one request, once.
   * @param model what the body asks for; null where that is the client's choice
   * @throws UpstreamError `upstream-unreachable` | `upstream-timeout` | `upstream-unavailable` |
   *   `upstream-rate-limited` | `upstream-unauthorized` | `upstream-rejected` | `upstream-redirected` |
   *   `upstream-address-refused` | `upstream-invalid-answer` | InterruptedError `request-cancelled`
   */
  async request(
    request: UpstreamRequest,
    body: string | Uint8Array,
    model: string | null,
  ): Promise<WireAnswer> {
    const ended = this.#breaker.begin();
    try {
      const answer = await exchange(this.#dispatcher, this.#origin, this.name, {
        method: 'POST',
        path: this.#basePath + request.path,
        headers: this.#headers(request),
        body,
        signal: request.signal,
        timeoutMs: Math.min(request.timeoutMs, this.#options.timeoutMs),
        maxBytes: maxAnswerBytes,
        onBroken: error => this.#noteFailure(error, model),
      });
      if (answer.status >= 200 && answer.status < 300) {
        const encoding = answer.headers['content-encoding'] ?? 'identity';
        if (encoding !== 'identity') {
          await answer.body.return();
          throw compressedAnswer(this.name);
        }
        this.#breaker.succeeded();
        this.#checks = 0;
        return answer;
      }
      throw await this.#failure(answer);
    } catch (error) {
      this.#noteFailure(error, model);
      throw error;
    } finally {
      ended();
    }
  }

  /** Counts a failure against the server, also one that came in the middle of an answer. */
  #noteFailure(error: unknown, model: string | null): void {
    if (isServersFault(error) && this.#breaker.failed()) void this.#recover();
    if (error instanceof UpstreamError) this.#rests.ask(model, Number(error.details['retryAfterMs'] ?? 0));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#dispatcher.close();
  }

  #headers(request: UpstreamRequest): string[] {
    const headers = [...fixedHeaders];
    const { apiKey } = this.#options;
    if (apiKey !== null) {
      if (request.path === 'messages') headers.push('x-api-key', apiKey);
      else headers.push('authorization', `Bearer ${apiKey}`);
    }
    for (const name in request.headers) headers.push(name, request.headers[name]!);
    return headers;
  }

  async #failure({ status, headers, body }: WireAnswer): Promise<UpstreamError> {
    let text = '';
    try {
      for await (const chunk of body) {
        text += Buffer.from(chunk).toString('utf8');
        if (text.length > maxErrorBytes) break;
      }
    } catch {
      // The status says enough.
    }
    const header = headers['retry-after'];
    const wait = retryAfterMs(typeof header === 'string' ? header : null, this.#options.surroundings.now());
    return statusFailure(this.name, status, text, this.#options.apiKey, wait);
  }

  /** Checks the health of a server whose circuit is open, ever more rarely, and half opens it once it answers. */
  async #recover(): Promise<void> {
    const { surroundings } = this.#options;
    const { signal } = this.#closing;
    try {
      for (; this.#breaker.isOpen; this.#checks += 1) {
        const pause = Math.min(longestCheckMs, firstCheckMs * 2 ** this.#checks);
        // Half the pause is chance, so that many gateways do not come back at the same moment.
        await surroundings.sleep(pause * (0.5 + surroundings.random() / 2), signal);
        if (await this.#healthy(signal)) this.#breaker.halfOpen();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #healthy(signal: AbortSignal): Promise<boolean> {
    try {
      const { status, body } = await exchange(this.#dispatcher, this.#origin, this.name, {
        method: 'GET',
        path: `${this.#basePath}models`,
        headers: this.#headers({ path: 'models', body: '', headers: {}, signal, timeoutMs: checkTimeoutMs }),
        body: null,
        signal,
        timeoutMs: checkTimeoutMs,
        maxBytes: maxAnswerBytes,
      });
      await body.return();
      return status < 500 && status !== 429;
    } catch {
      return false;
    }
  }
}
