/** Failures in a row that open the circuit. */
const failuresToOpen = 5;

/** `half-open`: the server answers again, but has still to show that it works. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/**
 * Keeps requests away from a server that fails again and again. It opens after five failures in a row; who half opens
 * it again is the health check. The first failure after that opens it anew, the first success closes it.
 * @see https://martinfowler.com/bliki/CircuitBreaker.html
 */
export class CircuitBreaker {
  readonly #onChange: (state: CircuitState) => void;
  #failures = 0;
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
