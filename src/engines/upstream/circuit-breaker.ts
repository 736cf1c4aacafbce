/** Failures in a row that open the circuit. */
const failuresToOpen = 5;

/**
 * Keeps requests away from a server that fails again and again. It opens after five failures in a row; who closes
 * it is the health check. After that the first failure opens it again, until one request has succeeded.
 * @see https://martinfowler.com/bliki/CircuitBreaker.html
 */
export class CircuitBreaker {
  #failures = 0;
  #open = false;

  get isOpen(): boolean {
    return this.#open;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** @returns true where this failure opened the circuit */
  failed(): boolean {
    this.#failures += 1;
    if (this.#open || this.#failures < failuresToOpen) return false;
    this.#open = true;
    return true;
  }

  /** The server answers again, but has still to show that it works. */
  close(): void {
    this.#open = false;
    this.#failures = failuresToOpen - 1;
  }
}
