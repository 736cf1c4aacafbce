/** Failures in a row that open the circuit. */
const failuresToOpen = 5;
/** Requests that a half-open circuit lets through at once: a server that still hangs is to keep no more waiting. */
const trialsAtOnce = 5;

/** `half-open`: the server answers again, but has still to show that it works. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/**
 * Keeps requests away from a server that fails again and again. It opens after five failures in a row; who half opens
 * it again is the health check. It lets a few requests through then: the first failure opens it anew, the first
 * success closes it.
 * @see https://martinfowler.com/bliki/CircuitBreaker.html
 */
export class CircuitBreaker {
  readonly #onChange: (state: CircuitState) => void;
  #failures = 0;
  #trials = 0;
  #state: CircuitState = 'closed';

  /** @param onChange told of each change of state */
  constructor(onChange: (state: CircuitState) => void = () => undefined) {
    this.#onChange = onChange;
  }

  get state(): CircuitState {
    return this.#state;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Whether one more request may be sent. */
  get admits(): boolean {
    return this.#state === 'closed' || (this.#state === 'half-open' && this.#trials < trialsAtOnce);
  }

  /** Counts a request that is sent; the result is called once it is known how it went. */
  begin(): () => void {
    if (this.#state !== 'half-open') return nothing;
    this.#trials += 1;
    return () => {
      this.#trials -= 1;
    };
  }

  succeeded(): void {
    this.#failures = 0;
    if (this.#state === 'half-open') this.#become('closed');
  }

  /** @returns true where this failure opened the circuit */
  failed(): boolean {
    this.#failures += 1;
    if (this.isOpen || this.#failures < failuresToOpen) return false;
    this.#become('open');
    return true;
  }

  /** The server answers again. */
  halfOpen(): void {
    this.#failures = failuresToOpen - 1;
    this.#become('half-open');
  }

  #become(state: CircuitState): void {
    this.#state = state;
    this.#onChange(state);
  }
}

const nothing = (): void => undefined;
