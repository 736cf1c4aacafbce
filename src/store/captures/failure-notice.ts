import type { CaptureLogState } from '../../core/capture.ts';

const quietMs = 60_000;

/** Tells the operator of trouble with captures: one failure a minute at most, and once when it is over. */
export class FailureNotice {
  readonly #tell: (sentence: string) => void;
  readonly #now: () => number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #open = false;

  constructor(tell: (sentence: string) => void, now: () => number) {
    this.#tell = tell;
    this.#now = now;
  }

  /** @param failure what the system says, without any content of requests */
  failed(failure: string, state: Pick<CaptureLogState, 'waiting' | 'lost'>): void {
    if (this.#now() - this.#toldAt < quietMs) return;
    this.#toldAt = this.#now();
    this.#open = true;
    const lost = state.lost === 0 ? 'none was given up' : `${state.lost} were given up`;
    this.#tell(
      `Captures are not being written: ${failure}. Requests are answered; ${state.waiting} captures wait in memory, ${lost}. Free disk space or repair the disk; writing is tried again by itself.`,
    );
  }

  recovered(state: Pick<CaptureLogState, 'waiting' | 'lost'>): void {
    if (!this.#open) return;
    this.#open = false;
    const lost = state.lost === 0 ? 'None was lost.' : `${state.lost} were given up.`;
    this.#tell(`Captures are being written again. ${lost}`);
  }
}
