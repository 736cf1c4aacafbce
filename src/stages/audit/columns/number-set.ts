/** A set of whole numbers whose low bits differ, as those of hashes do: 16 to 32 bytes a number. */
export class NumberSet {
  #slots = new Float64Array(2048).fill(Number.NaN);
  #size = 0;

  /** Adds a number; false where it was there. */
  add(value: number): boolean {
    if (2 * this.#size >= this.#slots.length) this.#grow();
    if (!this.#put(value)) return false;
    this.#size += 1;
    return true;
  }

  #put(value: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = (value >>> 0) & mask;
    for (;;) {
      const held = this.#slots[slot]!;
      if (held === value) return false;
      if (Number.isNaN(held)) {
        this.#slots[slot] = value;
        return true;
      }
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(2 * before.length).fill(Number.NaN);
    for (const value of before) if (!Number.isNaN(value)) this.#put(value);
  }
}
