import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError, UpstreamError } from '../../core/errors/index.ts';

/** Time and chance, injected so that tests need not wait. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Resolves after so many milliseconds, or rejects when the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Real time and chance. */
export const realSurroundings: Surroundings = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
};

/** First pause and longest pause, in milliseconds. */
const firstPauseMs = 500;
const longestPauseMs = 30_000;

const passing = new Set([
  'upstream-rate-limited',
  'upstream-unavailable',
  'upstream-unreachable',
  'upstream-timeout',
]);

/**
 * Repeats what may pass: rate limits, server errors, connections. The pause doubles with full jitter, and is at
 * least what `Retry-After` asks for; a server that asks for longer than `longestPauseMs` is not waited for.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  options: { maxRetries: number; signal: AbortSignal; surroundings: Surroundings },
): Promise<Result> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (options.signal.aborted) throw cancelled();
      if (!(error instanceof UpstreamError) || !passing.has(error.code) || retries >= options.maxRetries)
        throw error;
      const asked = Number(error.details['retryAfterMs'] ?? 0);
      if (asked > longestPauseMs) throw error;
      const jittered = options.surroundings.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** retries);
      await options.surroundings.sleep(Math.max(asked, jittered), options.signal).catch(() => {
        throw cancelled();
      });
    }
  }
}

const dayMs = 86_400_000;

/** `Retry-After` in milliseconds, a day at most: seconds or an HTTP date; null when absent or unreadable. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const asked = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(asked) ? null : Math.min(dayMs, Math.max(0, asked));
}

export function cancelled(): InterruptedError {
  return new InterruptedError(
    'request-cancelled',
    'The request was cancelled',
    'Send it again if the answer is still wanted.',
  );
}
