/** Captures that are remembered. */
const kept = 20_000;

/**
 * The aliases of the newest 20,000 captures: they may not be in the database yet. Captures come thousands of times as
 * often as somebody asks for one, so this is a ring that is searched, and no map that has to be kept for each.
 */
export class RecentAliases {
  readonly #ids: string[] = [];
  readonly #aliases: string[] = [];
  #next = 0;

  add(id: string, alias: string): void {
    this.#ids[this.#next] = id;
    this.#aliases[this.#next] = alias;
    this.#next = (this.#next + 1) % kept;
  }

  get(id: string): string | undefined {
    return this.#aliases[this.#ids.indexOf(id)];
  }
}
