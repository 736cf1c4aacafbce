import { AccessError, InterruptedError } from '../../../core/errors/index.ts';

export interface FairQueueOptions {
  /** Requests computed at once. */
  readonly slots: number;
  /** Requests that may wait; one more is refused. */
  readonly waiting: number;
  /** Milliseconds that only grow; for tests. */
  readonly now?: () => number;
}

interface Waiter {
  enter(): void;
  refuse(error: unknown): void;
}

/**
 * Lets a bounded number of requests through at once. Who waits stands in the lane of its key and alias, and the
 * lanes are served in turn: a client that sends a thousand requests delays another's one by a single turn.
 */
export class FairQueue {
  readonly #slots: number;
  readonly #bound: number;
  readonly #now: () => number;
  /** In the order in which lanes are served; a lane without waiters is not in it. */
  readonly #lanes = new Map<string, Set<Waiter>>();
  #active = 0;
  #waiting = 0;
  /** Smoothed time a request holds its slot, in milliseconds. */
  #holdMs = 0;

  constructor(options: FairQueueOptions) {
    this.#slots = options.slots;
    this.#bound = options.waiting;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Requests that hold a slot. */
  get active(): number {
    return this.#active;
  }

  /** Requests that wait for one. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Runs work in a slot, which is free again as soon as the work has settled.
   * @param lane requests of one lane are served in order, lanes in turn
   * @throws AccessError `queue-full` (429) | InterruptedError `request-cancelled`
   */
  async run<Result>(lane: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const leave = await this.enter(lane, signal);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /**
   * Waits for a slot.
   * @returns gives the slot back; calling it again does nothing
   * @throws AccessError `queue-full` (429) | InterruptedError `request-cancelled`
   */
  async enter(lane: string, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw cancelled(signal);
    if (this.#active < this.#slots) this.#active += 1;
    else await this.#wait(lane, signal);
    const since = this.#now();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const holdMs = this.#now() - since;
      this.#holdMs = this.#holdMs === 0 ? holdMs : 0.9 * this.#holdMs + 0.1 * holdMs;
      this.#active -= 1;
      this.#admit();
    };
  }

  #wait(lane: string, signal: AbortSignal): Promise<void> {
    if (this.#waiting >= this.#bound) throw this.#full();
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal.removeEventListener('abort', abort);
        this.#waiting -= 1;
      };
      const waiter: Waiter = {
        enter() {
          leave();
          resolve();
        },
        refuse(error) {
          leave();
          reject(error);
        },
      };
      const abort = () => {
        this.#remove(lane, waiter);
        waiter.refuse(cancelled(signal));
      };
      signal.addEventListener('abort', abort, { once: true });
      const waiters = this.#lanes.get(lane) ?? new Set();
      this.#lanes.set(lane, waiters.add(waiter));
      this.#waiting += 1;
    });
  }

  #admit(): void {
    for (const [lane, waiters] of this.#lanes) {
      if (this.#active >= this.#slots) return;
      const [first] = waiters;
      this.#lanes.delete(lane);
      if (first === undefined) continue;
      waiters.delete(first);
      // To the end: every other lane comes before this one's next.
      if (waiters.size > 0) this.#lanes.set(lane, waiters);
      this.#active += 1;
      first.enter();
    }
  }

  #remove(lane: string, waiter: Waiter): void {
    const waiters = this.#lanes.get(lane);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#lanes.delete(lane);
  }

  #full(): AccessError {
    const seconds = Math.ceil((this.#holdMs * (this.#waiting + 1)) / this.#slots / 1000);
    return new AccessError(
      429,
      'queue-full',
      `${this.#waiting} requests already wait for the specialist`,
      'Send the request again later, or raise serve.limits.queue.',
      Math.max(1, seconds),
    );
  }
}

function cancelled(signal: AbortSignal): InterruptedError {
  return new InterruptedError(
    'request-cancelled',
    'The request was cancelled while it waited for the specialist',
    'Send it again if the answer is still wanted.',
    { cause: signal.reason },
  );
}
