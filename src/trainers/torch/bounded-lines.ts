/**
 * Cuts a stream of text into lines and never holds more than one line's limit.
 * A longer line is handed over as null once, and what follows of it is dropped.
 */
export class BoundedLines {
  readonly #limit: number;
  readonly #onLine: (line: string | null) => void;
  #pending = '';
  #dropping = false;

  constructor(limitCharacters: number, onLine: (line: string | null) => void) {
    this.#limit = limitCharacters;
    this.#onLine = onLine;
  }

  push(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#take(text.slice(start, end));
      this.end();
      start = end + 1;
    }
    this.#take(text.slice(start));
  }

  /** Hands over what stands without a line end. */
  end(): void {
    if (!this.#dropping && this.#pending !== '') this.#onLine(this.#pending.replace(/\r$/, ''));
    this.#pending = '';
    this.#dropping = false;
  }

  #take(text: string): void {
    if (this.#dropping) return;
    this.#pending += text;
    if (this.#pending.length <= this.#limit) return;
    this.#pending = '';
    this.#dropping = true;
    this.#onLine(null);
  }
}
