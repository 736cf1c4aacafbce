/** A server that asks for rest is left alone for so long, at most. */
const longestRestMs = 60_000;

/**
 * How long a server asked to be left alone, for each model it was asked for: rates are limited by model, and a large
 * one at its limit says nothing of the others.
 */
export class AskedRests {
  readonly #now: () => number;
  /** As many entries as the configuration names models of this server. */
  readonly #until = new Map<string | null, number>();

  /** @param now a clock in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param model as the targets name it; null where they pass on whatever the request names */
  ask(model: string | null, milliseconds: number): void {
    const until = this.#now() + Math.min(milliseconds, longestRestMs);
    this.#until.set(model, Math.max(this.#until.get(model) ?? 0, until));
  }

  /** What is left of it, in milliseconds. */
  leftMs(model: string | null): number {
    return Math.max(0, (this.#until.get(model) ?? 0) - this.#now());
  }

  /** Whether any model rests. */
  get any(): boolean {
    return [...this.#until.keys()].some(model => this.leftMs(model) > 0);
  }
}
