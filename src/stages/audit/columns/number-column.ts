type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** Numbers in one typed array that grows: as many bytes each as the kind has, and nothing for the collector to walk. */
export class NumberColumn<Kind extends Numbers> {
  #values: Kind;
  #length = 0;
  readonly #make: (length: number) => Kind;

  /** @param make gives an array of a length, e.g. `length => new Float64Array(length)` */
  constructor(make: (length: number) => Kind) {
    this.#make = make;
    this.#values = make(1024);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = this.#make(Math.ceil(this.#length * 1.5));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** @param index below `length` */
  at(index: number): number {
    return this.#values[index]!;
  }

  /** All numbers; a view that is old after the next `push`. */
  view(): Kind {
    return this.#values.subarray(0, this.#length) as Kind;
  }
}
