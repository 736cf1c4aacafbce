import { InterruptedError, UpstreamError } from '../../core/errors/index.ts';

/** Failures after which another try, or another server, may well succeed. */
const passing = new Set([
  'upstream-rate-limited',
  'upstream-unavailable',
  'upstream-unreachable',
  'upstream-timeout',
]);

/** Whether another try makes sense. */
export function mayPass(error: unknown): boolean {
  return error instanceof UpstreamError && passing.has(error.code);
}

/** Whether the failure speaks against the server, rather than against the request. */
export function isServersFault(error: unknown): boolean {
  return mayPass(error) && (error as UpstreamError).code !== 'upstream-rate-limited';
}

/** A connection that could not be made or that broke; what was said on purpose is kept. */
export function brokenConnection(upstream: string, error: Error): Error {
  if (error instanceof UpstreamError || error instanceof InterruptedError) return error;
  const { code, name } = error as NodeJS.ErrnoException;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new UpstreamError(
      'upstream-unreachable',
      `${upstream} took too long to accept a connection`,
      'Check `baseUrl`, that the server runs, and the network.',
    );
  }
  return new UpstreamError(
    'upstream-unreachable',
    `The connection to ${upstream} failed (${code ?? name})`,
    'Check `baseUrl`, that the server runs, and the network.',
  );
}

export function timedOut(upstream: string, timeoutMs: number): UpstreamError {
  return new UpstreamError(
    'upstream-timeout',
    `${upstream} did not answer within ${Math.round(timeoutMs)} ms`,
    'Raise `timeoutMs` of this upstream, or ask for fewer tokens.',
  );
}

export function compressedAnswer(upstream: string): UpstreamError {
  return new UpstreamError(
    'upstream-invalid-answer',
    `${upstream} compressed its answer, although it was asked not to`,
    'Switch compression off in the server, or in the proxy before it.',
  );
}

/** What an error answer says about the request, in the shape of the API. */
export interface RejectionBody {
  readonly message: string;
  readonly type: string | null;
  readonly param: string | null;
  readonly code: string | null;
}

/**
 * An answer that is no success. Only what speaks about the request is repeated to the client, and never the key.
 * @param retryAfterMs what the server asked to wait; null where it said nothing
 */
export function statusFailure(
  upstream: string,
  status: number,
  body: string,
  secret: string | null,
  retryAfterMs: number | null,
): UpstreamError {
  const make = (code: string, message: string, hint: string, details: Record<string, unknown> = {}) =>
    new UpstreamError(code, message, hint, { details: { status, ...details } });
  if (status === 401 || status === 403) {
    const message = `${upstream} refused the gateway's own key (${status})`;
    return make('upstream-unauthorized', message, 'Check the variable that `apiKeyEnv` names.');
  }
  if (status === 429) {
    const said = readRejection(body, secret)?.code ?? '';
    // Some say so as well of an account that has nothing left, for which waiting does not help.
    const why = /^[a-z_]{1,40}$/.test(said) ? ` (${said})` : '';
    const hint = 'Send fewer requests, look at the quota of its account, or add another target.';
    return make('upstream-rate-limited', `${upstream} is limiting its rate${why}`, hint, { retryAfterMs });
  }
  if (status >= 500 || status === 408) {
    const message = `${upstream} answered ${status}`;
    return make('upstream-unavailable', message, 'Wait a little and send it again.', { retryAfterMs });
  }
  if (status >= 300 && status < 400) {
    const message = `${upstream} answered with a redirect, which is never followed`;
    return make('upstream-redirected', message, 'Set `baseUrl` to the final address.');
  }
  const rejection = readRejection(body, secret);
  const message = rejection?.message ?? `${upstream} rejected the request (${status})`;
  return make('upstream-rejected', message, 'Check the model name and the parameters.', { rejection });
}

const longestMessage = 2_000;

/** Most servers put what they say under `error`; older vLLM and Mistral do not, and FastAPI has a form of its own. */
function readRejection(body: string, secret: string | null): RejectionBody | null {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return null;
  }
  const { error } = Object(answer) as { error?: unknown };
  const said = Object(typeof error === 'string' ? { message: error } : (error ?? answer)) as Record<
    string,
    unknown
  >;
  const message = wordsOf(said['message']) ?? wordsOf(said['detail']);
  if (message === null) return null;
  const text = (value: unknown): string | null =>
    typeof value === 'string' ? hide(value, secret).slice(0, longestMessage) : null;
  return {
    message: text(message)!,
    type: text(said['type']),
    param: text(said['param']),
    code: text(said['code']),
  };
}

/** A message: a text, or FastAPI's list of what is wrong where. */
function wordsOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const list: unknown = Array.isArray(value) ? value : (Object(value) as { detail?: unknown }).detail;
  if (!Array.isArray(list)) return null;
  const words = list.flatMap((entry: unknown) => {
    const { loc, msg } = Object(entry) as { loc?: unknown; msg?: unknown };
    return typeof msg === 'string' ? [Array.isArray(loc) ? `${loc.join('.')}: ${msg}` : msg] : [];
  });
  return words.length === 0 ? null : words.join('; ');
}

function hide(text: string, secret: string | null): string {
  return secret === null || secret === '' ? text : text.replaceAll(secret, '[secret]');
}
