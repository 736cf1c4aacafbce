import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError } from '../../core/errors/index.ts';

/** Waits; tests give their own. */
export type Sleep = (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;

const clock: Sleep = (milliseconds, signal) => delay(milliseconds, undefined, signal ? { signal } : {});

/**
 * Waits unless the user stops it.
 * @throws InterruptedError `interrupted`
 */
export async function pause(
  milliseconds: number,
  signal: AbortSignal | undefined,
  sleep: Sleep = clock,
): Promise<void> {
  try {
    await sleep(milliseconds, signal);
  } catch (error) {
    throw signal?.aborted ? stopped(error) : error;
  }
}

/** The error for a fetch that the user stopped. */
export function stopped(cause: unknown): InterruptedError {
  return new InterruptedError(
    'interrupted',
    'Stopped while fetching the model',
    'Run the same command again: what has arrived is kept where that is possible.',
    { cause },
  );
}
