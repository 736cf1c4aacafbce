import type { Random } from '../random/random.ts';

/**
 * A uniform sample of a stream in bounded memory: every item so far has the same chance to be among those kept.
 * @see J. S. Vitter, "Random sampling with a reservoir", ACM TOMS 11, 1985 (algorithm R)
 */
export class Reservoir<Item> {
  readonly #limit: number;
  readonly #random: Random;
  readonly #kept: Item[] = [];
  #offered = 0;

  /** @param limit items kept at most, an integer from 1 */
  constructor(limit: number, random: Random) {
    this.#limit = limit;
    this.#random = random;
  }

  /** The items kept, in no order; all of them, as they came, until there are more than the limit. */
  get kept(): readonly Item[] {
    return this.#kept;
  }

  /** Items that were offered and are not kept. */
  get left(): number {
    return this.#offered - this.#kept.length;
  }

  offer(item: Item): void {
    this.#offered += 1;
    if (this.#kept.length < this.#limit) this.#kept.push(item);
    else {
      const place = Math.floor(this.#random.uniform() * this.#offered);
      if (place < this.#limit) this.#kept[place] = item;
    }
  }
}
