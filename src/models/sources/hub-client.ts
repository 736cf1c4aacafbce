import { setTimeout as delay } from 'node:timers/promises';
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { ConfigError, InterruptedError, PrerequisiteError } from '../../core/errors/index.ts';

export interface HubSettings {
  /** Base address of the hub or a mirror of it, e.g. `https://huggingface.co`. */
  readonly endpoint: string;
  /** Sent to the endpoint's own host only. */
  readonly token: string | null;
  /** Attempts after the first. Default 5. */
  readonly retries?: number;
  /** For tests; the default honours the proxy variables. */
  readonly dispatcher?: Dispatcher;
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

const maxRedirects = 5;
const longestWaitMs = 60_000;

/** GET requests against a hub: redirects, token, retries and the errors that they end in. */
export class HubClient {
  readonly #settings: HubSettings;
  readonly #dispatcher: Dispatcher;
  readonly #sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;

  constructor(settings: HubSettings) {
    this.#settings = settings;
    this.#dispatcher = settings.dispatcher ?? new EnvHttpProxyAgent();
    this.#sleep =
      settings.sleep ?? ((milliseconds, signal) => delay(milliseconds, undefined, signal ? { signal } : {}));
  }

  /** Runs `use` on a response of status 200, 206 or 416, and all of it again when the connection breaks. */
  async get<Result>(
    path: string,
    headers: () => Promise<Record<string, string>>,
    use: (response: Dispatcher.ResponseData) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    const url = new URL(`${this.#settings.endpoint.replace(/\/$/, '')}/${path}`);
    const retries = this.#settings.retries ?? 5;
    for (let attempt = 0; ; attempt++) {
      let waitMs = Math.min(longestWaitMs, 500 * 2 ** attempt);
      try {
        const response = await this.#follow(url, await headers(), signal);
        if ([200, 206, 416].includes(response.statusCode)) return await use(response);
        await response.body.dump();
        const refused = this.#refusal(response.statusCode, path);
        if (refused !== null) throw refused;
        const asked = Number(response.headers['retry-after']);
        if (asked > 0) waitMs = Math.min(longestWaitMs, asked * 1_000);
        if (attempt >= retries) throw unreachable(url.host, `it answers ${response.statusCode}`);
      } catch (error) {
        if (signal?.aborted) {
          throw new InterruptedError(
            'interrupted',
            'Stopped while fetching the model',
            'Run the same command again: it continues.',
            { cause: error },
          );
        }
        if (!broken(error)) throw error;
        if (attempt >= retries) throw unreachable(url.host, 'the connection fails', error);
      }
      await this.#sleep(waitMs, signal);
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
      url = new URL(String(location), url);
      if (url.protocol !== 'https:' && url.protocol !== 'http:')
        throw unreachable(start.host, 'it redirects off the web');
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
        `Accept the licence at ${this.#settings.endpoint}/${repository} if it asks for that, and set a token that may read it (HF_TOKEN).`,
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

/** A connection that failed or ended early: worth another try. */
function broken(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return (
    typeof code === 'string' &&
    /^(UND_ERR|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET|CERT|truncated$)/.test(code)
  );
}

function unreachable(host: string, reason: string, cause?: unknown): PrerequisiteError {
  return new PrerequisiteError(
    'network-unreachable',
    `The hub at ${host} cannot be used: ${reason}`,
    'Check the connection and the proxy, set another endpoint (HF_ENDPOINT), or use a model from the disk with file:path.',
    { cause },
  );
}
