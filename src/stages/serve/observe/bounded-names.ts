import { escalationReasons } from '../../../core/cascade.ts';
import { AccessError, StepdownError } from '../../../core/errors/index.ts';

/** Which names of the configuration may be written; asked for every request, since aliases change while it runs. */
export interface KnownNames {
  isAlias(name: string): boolean;
  /** An upstream, engine or specialist, as in `servedBy`. */
  isServer(name: string): boolean;
}

/** What stands for every name that is not of the configuration, so that no client can write into telemetry. */
export const unknownName = 'unknown';

export const boundedAlias = (names: KnownNames, alias: string | null): string =>
  alias !== null && names.isAlias(alias) ? alias : unknownName;

export const boundedServer = (names: KnownNames, server: string | null): string | null =>
  server === null ? null : names.isServer(server) ? server : unknownName;

const routes = new Set<string>(['local', 'large', 'none']);
export const boundedRoute = (route: string): string => (routes.has(route) ? route : unknownName);

const reasons = new Set<string>(escalationReasons);
export const boundedReason = (reason: string | null): string =>
  reason === null ? 'none' : reasons.has(reason) ? reason : unknownName;

const endpoints = new Set([
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/messages',
  '/v1/models',
  '/v1/feedback',
]);
export const boundedEndpoint = (path: string): string => (endpoints.has(path) ? path : 'other');

/** Common statuses by number, others by class: an upstream may send any. */
const statuses = new Set([
  200, 201, 204, 206, 301, 302, 304, 307, 308, 400, 401, 402, 403, 404, 405, 408, 409, 410, 411, 413, 414,
  415, 422, 424, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 529,
]);
const labels = Array.from({ length: 600 }, (_, status) =>
  statuses.has(status) ? String(status) : status < 100 ? unknownName : `${Math.floor(status / 100)}xx`,
);
export const boundedStatus = (status: number): string => labels[status] ?? unknownName;

/** More than the gateway has; a code made from data would otherwise be a series a request. */
const maxCodes = 128;

/** The codes of errors that one gateway has met: a bounded number of names, each in the form of a code. */
export class ErrorCodes {
  readonly #seen = new Set<string>();

  /**
   * The code of an error, the only part of it that is written: messages hold excerpts of what was being read.
   * @returns `internal-error` for what is no StepdownError: a bug; `other-error` for codes beyond the bound
   */
  of(error: unknown): string {
    if (!(error instanceof StepdownError)) return 'internal-error';
    const { code } = error;
    if (this.#seen.has(code)) return code;
    if (this.#seen.size >= maxCodes || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+){0,7}$/.test(code) || code.length > 48)
      return 'other-error';
    this.#seen.add(code);
    return code;
  }
}

/** Whether a request was refused for its key, its rate or its budget; a full queue is nobody's key. */
export const isKeyRejection = (error: unknown): boolean =>
  error instanceof AccessError && error.code !== 'queue-full';

const builtIn = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'URIError',
  'AggregateError',
]);
const frame = /^ {4}at .*?((?:node:|file:\/\/)?[\w./@+-]+):(\d+):(\d+)\)?$/;

/**
 * Where an unexpected error was thrown, without its message: kind, and file, line and column of up to ten frames.
 * Null for a StepdownError, whose code says enough.
 */
export function errorPlace(error: unknown): { readonly kind: string; readonly at: readonly string[] } | null {
  if (!(error instanceof Error) || error instanceof StepdownError) return null;
  const kind = builtIn.has(error.constructor.name) ? error.constructor.name : 'Error';
  // The stack repeats the message, of any number of lines: frames are looked for behind it only.
  const stack = error.stack ?? '';
  const from = stack.lastIndexOf(error.message) + error.message.length;
  const at = stack
    .slice(from)
    .split('\n')
    .map(line => frame.exec(line))
    .filter(match => match !== null)
    .slice(0, 10)
    .map(([, file, line, column]) => `${file!.split('/').slice(-3).join('/')}:${line}:${column}`);
  return { kind, at };
}
