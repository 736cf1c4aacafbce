import { UpstreamError } from '../../core/errors/index.ts';
import type { Upstream, UpstreamRequest, UpstreamResponse } from '../../core/upstream.ts';
import { cancelled, type Surroundings } from '../openai-compatible/retry.ts';
import { mayPass, timedOut } from './failures.ts';
import { withModel } from './model-name.ts';
import type { UpstreamServer } from './upstream-server.ts';

/** First and longest pause before the same server is tried again, in milliseconds. */
const firstPauseMs = 250;
const longestPauseMs = 8_000;

/** One server that may answer. */
export interface Target {
  readonly server: UpstreamServer;
  /** Model id as that server names it; null leaves the body's. */
  readonly model: string | null;
  /** Share of requests among the healthy targets. */
  readonly weight: number;
}

export interface UpstreamGroupOptions {
  readonly targets: readonly Target[];
  /** Further tries before the first byte of an answer. */
  readonly maxRetries: number;
  readonly surroundings: Surroundings;
}

/**
 * Several servers behind one name. A request goes to one of the healthy ones by weight; what fails before the first
 * byte goes to another at once, or to the same after a jittered pause. Once a byte has come nothing is sent again,
 * so that no answer is paid for twice.
 */
export class UpstreamGroup implements Upstream {
  readonly #options: UpstreamGroupOptions;

  constructor(options: UpstreamGroupOptions) {
    this.#options = options;
  }

  available(): boolean {
    return this.#options.targets.some(isAvailable);
  }

  async send(request: UpstreamRequest): Promise<UpstreamResponse> {
    const { maxRetries, surroundings } = this.#options;
    const deadline = surroundings.now() + request.timeoutMs;
    const tried = new Set<Target>();
    for (let attempts = 1; ; attempts += 1) {
      const target = this.#choose(tried);
      if (target === null) throw this.#noneAvailable();
      const timeoutMs = deadline - surroundings.now();
      if (timeoutMs <= 0) throw timedOut(target.server.name, request.timeoutMs);
      try {
        return await this.#attempt(target, { ...request, timeoutMs }, attempts);
      } catch (error) {
        if (request.signal.aborted) throw cancelled();
        if (!mayPass(error) || attempts > maxRetries) throw error;
        tried.add(target);
        // Another server is tried at once; all have failed: pause, then any that is healthy.
        if (this.#choose(tried, true) !== null) continue;
        tried.clear();
        await this.#pause(error as UpstreamError, attempts, deadline, request.signal);
      }
    }
  }

  async close(): Promise<void> {
    // The servers belong to whoever made them: other groups may share them.
  }

  async #attempt(target: Target, request: UpstreamRequest, attempts: number): Promise<UpstreamResponse> {
    const { server, model } = target;
    const body = withModel(request.body, request.modelRange ?? null, model);
    const answer = await server.request(request, body, model);
    const headers: Record<string, string> = {};
    for (const name in answer.headers) {
      const value = answer.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    return { status: answer.status, headers, body: answer.body, servedBy: server.name, attempts };
  }

  /** One of the available targets by weight; where none is left untried, any unless `untried` is asked for. */
  #choose(tried: ReadonlySet<Target>, untried = false): Target | null {
    const open = this.#options.targets.filter(({ server, model }) => server.admits(model));
    const fresh = tried.size === 0 ? open : open.filter(target => !tried.has(target));
    const pool = fresh.length > 0 || untried ? fresh : open;
    if (pool.length <= 1) return pool[0] ?? null;
    let left = this.#options.surroundings.random() * pool.reduce((sum, { weight }) => sum + weight, 0);
    for (const target of pool) {
      left -= target.weight;
      if (left < 0) return target;
    }
    return pool.at(-1)!;
  }

  /** Full jitter, and at least what the server asked for. @throws the failure where that takes too long */
  async #pause(
    failure: UpstreamError,
    attempts: number,
    deadline: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { surroundings } = this.#options;
    const asked = Number(failure.details['retryAfterMs'] ?? 0);
    const jittered = surroundings.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempts - 1));
    const pause = Math.max(asked, jittered);
    if (asked > longestPauseMs || surroundings.now() + pause >= deadline) throw failure;
    await surroundings.sleep(pause, signal).catch(() => {
      throw cancelled();
    });
  }

  #noneAvailable(): UpstreamError {
    const { targets } = this.#options;
    const rests = targets.map(({ server, model }) => server.restMs(model)).filter(rest => rest > 0);
    const names = targets.map(({ server }) => server.name).join(', ');
    if (rests.length === 0) {
      return new UpstreamError(
        'upstream-unavailable',
        `No server answers at the moment: ${names}`,
        'Wait a little and send it again; the gateway checks the servers meanwhile.',
        { details: { status: 503, retryAfterMs: 2_000 } },
      );
    }
    return new UpstreamError(
      'upstream-rate-limited',
      `Every server has asked to be left alone for a while: ${names}`,
      'Send fewer requests, or add another target.',
      { details: { status: 429, retryAfterMs: Math.min(...rests) } },
    );
  }
}

function isAvailable({ server, model }: Target): boolean {
  return server.available(model);
}
