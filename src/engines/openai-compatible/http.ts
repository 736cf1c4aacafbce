import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { UpstreamError } from '../../core/errors/index.ts';
import { cancelled, retryAfterMs, type Surroundings } from './retry.ts';

/** Longest answer that is read, in bytes: more is an attack or a mistake. */
export const maxResponseBytes = 16 << 20;
const maxErrorBytes = 8 << 10;
const connectTimeoutMs = 10_000;

export interface Endpoint {
  readonly baseUrl: URL;
  readonly apiKey: string | null;
  readonly timeoutMs: number;
  readonly dispatcher: Dispatcher;
  readonly surroundings: Surroundings;
}

/** Connections with a connect timeout; HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured by undici. */
export function createDispatcher(timeoutMs: number, useProxy = true): Dispatcher {
  const options = {
    connect: { timeout: connectTimeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  };
  return useProxy ? new EnvHttpProxyAgent(options) : new Agent(options);
}

/**
 * Sends one JSON request and gives the response once its head has come and is a success.
 * Redirects are not followed: they would carry the key elsewhere.
 * @throws UpstreamError `upstream-unauthorized` | `upstream-rate-limited` | `upstream-rejected` |
 *   `upstream-unavailable` | `upstream-unreachable` | `upstream-timeout` | `upstream-redirected`
 */
export async function post(
  endpoint: Endpoint,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<Response> {
  const url = new URL(path, endpoint.baseUrl);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(endpoint.apiKey === null ? {} : { authorization: `Bearer ${endpoint.apiKey}` }),
      },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal,
      dispatcher: endpoint.dispatcher,
    });
  } catch (error) {
    throw connectionError(error, endpoint);
  }
  if (response.ok) return response;
  const text = await readBody(response, maxErrorBytes, endpoint).catch(() => '');
  throw statusError(response, text, endpoint);
}

/** Body as text, at most so many bytes. @throws UpstreamError `upstream-invalid-answer` when it is longer */
export async function readBody(response: Response, maxBytes: number, endpoint: Endpoint): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of readChunks(response, maxBytes, endpoint))
    text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** Body chunks, with the size bound and connection errors in our words. */
export async function* readChunks(
  response: Response,
  maxBytes: number,
  endpoint: Endpoint,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += (chunk as Uint8Array).length;
      if (bytes > maxBytes) throw invalidAnswer(`it is longer than ${maxBytes} bytes`, endpoint);
      yield chunk as Uint8Array;
    }
  } catch (error) {
    throw error instanceof UpstreamError ? error : connectionError(error, endpoint);
  }
}

export function invalidAnswer(why: string, endpoint: Endpoint, cause?: unknown): UpstreamError {
  return new UpstreamError(
    'upstream-invalid-answer',
    `The answer of ${endpoint.baseUrl.host} cannot be used: ${why}`,
    'Check that `baseUrl` points at an OpenAI-compatible API.',
    { cause },
  );
}

function statusError(response: Response, body: string, endpoint: Endpoint): UpstreamError {
  const { status } = response;
  const said = redact(body.replaceAll(/\s+/g, ' ').slice(0, 300), endpoint.apiKey);
  const make = (code: string, hint: string, details: Record<string, unknown> = {}) =>
    new UpstreamError(code, `${endpoint.baseUrl.host} answered ${status}: ${said}`, hint, {
      details: { status, ...details },
    });
  if (status === 401 || status === 403)
    return make('upstream-unauthorized', 'Check the API key and what it may use.');
  if (status === 429)
    return make('upstream-rate-limited', 'Send fewer requests at once, or wait and run the command again.', {
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), endpoint.surroundings.now()),
    });
  if (status >= 500 || status === 408)
    return make('upstream-unavailable', 'Wait a little and run the command again.', {
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), endpoint.surroundings.now()),
    });
  if (status >= 300 && status < 400)
    return make('upstream-redirected', 'Set `baseUrl` to the final address; redirects are not followed.');
  return make('upstream-rejected', 'Check the model name and the request options.');
}

function connectionError(error: unknown, endpoint: Endpoint): Error {
  const names = [error, (error as Error | null)?.cause].map(cause => {
    // A DOMException has a numeric code of old, which says nothing.
    const { code, name } = (cause ?? {}) as { code?: unknown; name?: string };
    return typeof code === 'string' ? code : (name ?? '');
  });
  if (names.some(name => name.includes('Timeout') || name.includes('TIMEOUT')))
    return new UpstreamError(
      'upstream-timeout',
      `${endpoint.baseUrl.host} did not answer within ${endpoint.timeoutMs} ms`,
      'Raise `timeoutMs`, or ask for fewer tokens.',
    );
  if (names.includes('AbortError')) return cancelled();
  return new UpstreamError(
    'upstream-unreachable',
    `No connection to ${endpoint.baseUrl.host} (${names.filter(Boolean).at(-1) ?? 'unknown cause'})`,
    'Check `baseUrl`, that the server runs, and the network or proxy.',
  );
}

function redact(text: string, secret: string | null): string {
  return secret === null || secret === '' ? text : text.replaceAll(secret, '[redacted]');
}
