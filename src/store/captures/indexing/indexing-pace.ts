import { type EventLoopUtilization, performance } from 'node:perf_hooks';

/** How fast captures are moved from the journal into the database. */
export interface Pace {
  /** Share of the time that may be spent on it now, 0 to 1; at 0 it is put off. */
  share(): number;
  /** So many milliseconds were spent on it. */
  worked(ms: number): void;
}

/** Part of its bound that the journal holds: from the first on captures are moved come what may, ... */
const pressingFill = 1 / 4;
/** ... and from this one on without any pause. */
const fullFill = 1 / 2;
/** Time over which it is measured how busy the event loop is. */
const windowMs = 100;
/** A smaller share is not worth beginning with. */
const leastShare = 0.02;

type Times = Pick<EventLoopUtilization, 'active' | 'idle'>;

/**
 * Half of the time that requests leave free. A process that is busy with nothing but requests puts the work off, and
 * the journal, which is durable, grows; so that it does not grow for ever, its filling calls for a share too.
 */
export class IndexingPace implements Pace {
  readonly #fill: () => number;
  readonly #times: () => Times;
  #before: Times;
  #workedMs = 0;
  #free = 1;

  /**
   * @param fill part of the journal's bound that is used, 0 to 1
   * @param times how long the event loop has worked and waited since the process began, in milliseconds
   */
  constructor(fill: () => number, times: () => Times = () => performance.eventLoopUtilization()) {
    this.#fill = fill;
    this.#times = times;
    this.#before = times();
  }

  worked(ms: number): void {
    this.#workedMs += ms;
  }

  share(): number {
    const now = this.#times();
    const active = now.active - this.#before.active;
    const elapsed = active + now.idle - this.#before.idle;
    if (elapsed >= windowMs) {
      this.#free = Math.min(1, Math.max(0, 1 - (active - this.#workedMs) / elapsed));
      this.#before = now;
      this.#workedMs = 0;
    }
    const called = (this.#fill() - pressingFill) / (fullFill - pressingFill);
    const share = Math.min(1, Math.max(this.#free / 2, called));
    return share < leastShare ? 0 : share;
  }
}
