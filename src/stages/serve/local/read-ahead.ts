/**
 * Takes from a source as fast as it gives, whatever the reader does: a client that reads slowly must not hold a
 * place in the model. What is buffered is one answer, whose length is bounded.
 */
export class ReadAhead<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = [];
  readonly #stop: () => void;
  readonly #pumping: Promise<void>;
  #outcome: { readonly error: unknown } | 'ended' | null = null;
  #wake: () => void = () => undefined;

  /** @param stop ends the source early; called when the reader leaves */
  constructor(source: AsyncIterable<Item>, stop: () => void) {
    this.#stop = stop;
    this.#pumping = this.#pump(source);
  }

  /** Resolves when there is something to read, or nothing to come. Throws what the source threw before that. */
  async ready(): Promise<void> {
    while (this.#items.length === 0 && this.#outcome === null) await this.#next();
    if (this.#items.length === 0) this.#throwIfFailed();
  }

  /** Resolves when the source has ended or failed. */
  ended(): Promise<void> {
    return this.#pumping;
  }

  /** To be read once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    try {
      for (;;) {
        while (this.#items.length > 0) yield this.#items.shift()!;
        this.#throwIfFailed();
        if (this.#outcome === 'ended') return;
        await this.#next();
      }
    } finally {
      this.#stop();
    }
  }

  async #pump(source: AsyncIterable<Item>): Promise<void> {
    try {
      for await (const item of source) {
        this.#items.push(item);
        this.#wake();
      }
      this.#outcome = 'ended';
    } catch (error) {
      this.#outcome = { error };
    }
    this.#wake();
  }

  #next(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve;
    });
  }

  #throwIfFailed(): void {
    if (this.#outcome !== null && this.#outcome !== 'ended') throw this.#outcome.error;
  }
}
