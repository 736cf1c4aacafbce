import { ConfigError } from '../../../core/errors/index.ts';
import {
  failurePlaces,
  type RequestFacts,
  type RequestResult,
  type TelemetryEvent,
} from '../../../core/telemetry.ts';
import {
  boundedAlias,
  boundedEndpoint,
  boundedReason,
  boundedRoute,
  boundedServer,
  type ErrorCodes,
  errorPlace,
  type KnownNames,
  unknownName,
} from './bounded-names.ts';
import type { LogFields, LogLevel, LogLines } from './log-lines.ts';

/**
 * A line a request, without content. Captures already hold every request, so lines of answered ones are for
 * debugging; a refusal is worth a line for the operator whose client it hits, a failure always.
 */
export class RequestLog {
  readonly #lines: LogLines;
  readonly #names: KnownNames;
  readonly #codes: ErrorCodes;

  constructor(lines: LogLines, names: KnownNames, codes: ErrorCodes) {
    this.#lines = lines;
    this.#names = names;
    this.#codes = codes;
  }

  ended(request: RequestFacts, result: RequestResult): void {
    const level = levelOf(result);
    if (!this.#lines.says(level)) return;
    const failed = result.error !== null && result.error !== undefined;
    this.#lines.write(level, 'request', {
      id: request.id,
      endpoint: boundedEndpoint(request.endpoint),
      alias: boundedAlias(this.#names, result.alias),
      route: boundedRoute(result.route),
      reason: result.reason === null ? null : boundedReason(result.reason),
      status: result.status,
      keyId: result.keyId,
      servedBy: boundedServer(this.#names, result.servedBy),
      stream: result.stream,
      confidence: result.confidence,
      latencyMs: rounded(result.latencyMs),
      firstTokenMs: rounded(result.firstTokenMs),
      promptTokens: result.promptTokens,
      completionTokens: result.completionTokens,
      costUsd: result.costUsd,
      ...(failed ? this.#errorFields(result.error) : {}),
    });
  }

  note(event: TelemetryEvent): void {
    switch (event.kind) {
      case 'started':
        this.#lines.write('info', 'started', { url: originOf(event.url) });
        return;
      case 'draining':
      case 'stopped':
      case 'config-reloaded':
        this.#lines.write('info', event.kind, {});
        return;
      case 'breaker':
        this.#lines.write(event.state === 'open' ? 'warn' : 'info', 'breaker', {
          upstream: boundedServer(this.#names, event.upstream),
          state: ['closed', 'half-open', 'open'].includes(event.state) ? event.state : unknownName,
        });
        return;
      case 'rollout':
        this.#lines.write(event.phase === 'rolled-back' ? 'error' : 'info', 'rollout', {
          alias: boundedAlias(this.#names, event.alias),
          phase: event.phase === 'rolled-back' ? 'rolled-back' : 'promoted',
          // "failure: 12 of 20, the incumbent has 3 of 400": signals and counts.
          because: /^[a-z-]+: [\d.]+ of \d+, the (limit is|incumbent has) [\d. of]+$/.test(event.because)
            ? event.because
            : null,
        });
        return;
      case 'failure':
        this.#lines.write('error', 'failure', {
          where: boundedWhere(event.where),
          ...this.#errorFields(event.error),
          ...(event.where === 'config' ? problemOf(event.error) : {}),
        });
        return;
      default:
    }
  }

  #errorFields(error: unknown): LogFields {
    const place = errorPlace(error);
    const code = this.#codes.of(error);
    return place === null ? { code } : { code, errorKind: place.kind, at: place.at };
  }
}

/** 4xx is the client's doing, 499 its leaving; both tell an operator whose client it is something. */
function levelOf({ status }: RequestResult): Exclude<LogLevel, 'silent'> {
  if (status >= 500) return 'error';
  return status >= 400 ? 'info' : 'debug';
}

/** What is wrong with the operator's own file, in words: they repeat no value that may be secret. */
const problemOf = (error: unknown): LogFields =>
  error instanceof ConfigError ? { problem: `${error.message}\n${error.hint}` } : {};

const places = new Set<string>(failurePlaces);
const boundedWhere = (where: string) => (places.has(where) ? where : unknownName);

const rounded = (milliseconds: number | null) =>
  milliseconds === null ? null : Math.round(milliseconds * 100) / 100;

/** Scheme, host and port: an address must not carry credentials into a log. */
const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : null);
