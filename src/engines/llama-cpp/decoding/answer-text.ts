/**
 * Turns token bytes into text and finds stop strings. Text that may be the beginning of a stop string, and
 * bytes that are not yet a whole character, are held back until it is clear.
 */
export class AnswerText {
  readonly #stop: readonly string[];
  readonly #decoder = new TextDecoder('utf-8');
  #text = '';
  #released = 0;
  #stopped = false;

  constructor(stop: readonly string[]) {
    this.#stop = stop.filter(string => string !== '');
  }

  /** All text so far, without the stop string. */
  get text(): string {
    return this.#text;
  }

  /** Whether a stop string was met. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Adds a token's bytes; gives what can be shown. */
  push(bytes: Uint8Array): string {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    const found = this.#stop.map(stop => this.#text.indexOf(stop)).filter(at => at >= 0);
    if (found.length > 0) {
      this.#text = this.#text.slice(0, Math.min(...found));
      this.#stopped = true;
      return this.#release(this.#text.length);
    }
    return this.#release(this.#text.length - this.#heldBack());
  }

  /** Ends the text; gives what was held back. */
  end(): string {
    if (!this.#stopped) this.#text += this.#decoder.decode();
    return this.#release(this.#text.length);
  }

  #release(to: number): string {
    const out = this.#text.slice(this.#released, Math.max(to, this.#released));
    this.#released = Math.max(to, this.#released);
    return out;
  }

  /** Characters at the end that begin a stop string. */
  #heldBack(): number {
    let longest = 0;
    for (const stop of this.#stop)
      for (let length = Math.min(stop.length - 1, this.#text.length); length > longest; length -= 1)
        if (this.#text.endsWith(stop.slice(0, length))) longest = length;
    return longest;
  }
}
