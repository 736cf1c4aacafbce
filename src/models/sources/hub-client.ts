import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { ConfigError, PrerequisiteError } from '../../core/errors/index.ts';
import { pause, type Sleep, stopped } from './stopped.ts';

export interface HubSettings {
  /** Base address of the hub or a mirror of it, e.g. `https://huggingface.co`. */
  readonly endpoint: string;
  /** Sent to the endpoint's own host only. */
  readonly token: string | null;
  /** Attempts after the first. Default 5. */
  readonly retries?: number;
  /** For tests; the default honours the proxy variables. */
  readonly dispatcher?: Dispatcher;
  /** For tests; the default waits. */
  readonly sleep?: Sleep;
}

const maxRedirects = 5;
const longestWaitMs = 60_000;
/** Answers that another try may change; every other one is final. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/** GET requests against a hub: redirects, token, retries and the errors that they end in. */
export class HubClient {
  readonly #settings: HubSettings;
  readonly #dispatcher: Dispatcher;

  constructor(settings: HubSettings) {
    this.#settings = settings;
    this.#dispatcher = settings.dispatcher ?? new EnvHttpProxyAgent();
  }

  /**
   * Runs `use` on a response of status 200, 206 or 416, and all of it again when the connection breaks.
   * `use` calls `received` whenever bytes came: only attempts that bring nothing are counted.
   */
  async get<Result>(
    path: string,
    headers: () => Promise<Record<string, string>>,
    use: (response: Dispatcher.ResponseData, received: () => void) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    const url = addressOf(this.#settings.endpoint, path);
    const retries = this.#settings.retries ?? 5;
    for (let attempt = 0; ; attempt++) {
      let reason = 'the connection fails';
      let cause: unknown;
      let askedMs: number | null = null;
      try {
        const response = await this.#follow(url, await headers(), signal);
        if ([200, 206, 416].includes(response.statusCode)) {
          return await use(response, () => {
            attempt = 0;
          });
        }
        await response.body.dump();
        const refused = this.#refusal(response.statusCode, path);
        if (refused !== null) throw refused;
        reason = `it answers ${response.statusCode}`;
        if (!passing.has(response.statusCode)) throw unreachable(url.host, reason);
        askedMs = retryAfterMs(response.headers['retry-after']);
      } catch (error) {
        if (signal?.aborted) throw stopped(error);
        if (untrusted(error)) throw unreachable(url.host, 'its certificate is not trusted', error);
        if (!broken(error)) throw error;
        cause = error;
      }
      if (attempt >= retries) throw unreachable(url.host, reason, cause);
      const waitMs = Math.min(longestWaitMs, askedMs ?? 500 * 2 ** attempt);
      await pause(waitMs, signal, this.#settings.sleep);
    }
  }

  async #follow(
    start: URL,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    let url = start;
    let linked: Record<string, string | string[]> = {};
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const own = url.origin === start.origin && this.#settings.token !== null;
      const response = await request(url, {
        headers: { ...headers, ...(own ? { authorization: `Bearer ${this.#settings.token}` } : {}) },
        dispatcher: this.#dispatcher,
        ...(signal ? { signal } : {}),
      });
      const etag = response.headers['x-linked-etag'];
      if (etag !== undefined) linked = { 'x-linked-etag': etag };
      const location = response.headers['location'];
      if (response.statusCode < 300 || response.statusCode >= 400 || location === undefined) {
        Object.assign(response.headers, linked);
        return response;
      }
      await response.body.dump();
      url = redirected(url, String(location), start.host);
    }
    throw unreachable(start.host, 'it redirects without end');
  }

  #refusal(status: number, path: string): Error | null {
    const repository = path
      .split('/')
      .slice(path.startsWith('api/') ? 2 : 0)
      .slice(0, 2)
      .join('/');
    if (status === 401 || status === 403) {
      return new PrerequisiteError(
        'hub-access-denied',
        `The hub does not give ${repository} to ${this.#settings.token === null ? 'anonymous users' : 'this token'}`,
        `Check the name, accept the licence at ${this.#settings.endpoint}/${repository} if it asks for that, and set a token that may read it (HF_TOKEN).`,
      );
    }
    if (status === 404) {
      return new ConfigError(
        'model-not-found',
        `The hub has no ${repository}, or not this revision or file of it`,
        `Check the name at ${this.#settings.endpoint}/${repository}.`,
      );
    }
    return null;
  }
}

function addressOf(endpoint: string, path: string): URL {
  const address = `${endpoint.replace(/\/+$/, '')}/${path}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new ConfigError(
    'hub-endpoint-invalid',
    `HF_ENDPOINT is no web address: ${endpoint}`,
    'Write it with its scheme, as https://huggingface.co.',
  );
}

function redirected(from: URL, location: string, host: string): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol)) {
    throw unreachable(host, 'it redirects off the web');
  }
  if (from.protocol === 'https:' && url.protocol === 'http:') {
    throw unreachable(host, 'it redirects to an unencrypted address');
  }
  return url;
}

/** Seconds or a date, as HTTP allows; null where there is neither. */
function retryAfterMs(header: string | string[] | undefined): number | null {
  const text = String(header ?? '').trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

/** A connection that failed or ended early: worth another try. */
function broken(error: unknown): boolean {
  return /^(UND_ERR|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET|truncated$)/.test(codeOf(error));
}

/** TLS says no: another try cannot help. */
function untrusted(error: unknown): boolean {
  return /CERT|SSL|TLS|UNABLE_TO|EPROTO/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

function unreachable(host: string, reason: string, cause?: unknown): PrerequisiteError {
  return new PrerequisiteError(
    'network-unreachable',
    `The hub at ${host} cannot be used: ${reason}`,
    'Check the connection and the proxy, set another endpoint (HF_ENDPOINT), or use a model from the disk with file:path.',
    { cause },
  );
}
