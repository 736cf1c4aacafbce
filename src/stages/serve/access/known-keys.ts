import type { KeyStore, StoredAccessKey } from '../../../core/access-key.ts';

/** So long another process may still use a key that was revoked: the promise is one second. */
const staleMs = 1_000;
/** Keys in use are looked up again before they are stale, while requests go on. */
const refreshMs = 500;
/** Ids remembered at once, made-up ones included. */
const maxIds = 10_000;

interface Known {
  readonly key: StoredAccessKey | null;
  readonly at: number;
}

/** Keys by id, remembered for a moment, so that a request does not wait for the store. */
export class KnownKeys {
  readonly #keys: KeyStore;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  readonly #lookups = new Map<string, Promise<StoredAccessKey | null>>();
  #any = { found: false, at: Number.NEGATIVE_INFINITY };

  constructor(keys: KeyStore, now: () => number) {
    this.#keys = keys;
    this.#now = now;
  }

  async find(id: string): Promise<StoredAccessKey | null> {
    const known = this.#known.get(id);
    const age = known === undefined ? Number.POSITIVE_INFINITY : this.#now() - known.at;
    if (known === undefined || age >= staleMs || age < 0) return this.#lookup(id);
    // A failure is met by whoever finds the key stale.
    if (age >= refreshMs) this.#lookup(id).catch(() => {});
    return known.key;
  }

  /** Whether there was ever a key. Once it is so it stays so: a gateway never opens because its keys are revoked. */
  async any(): Promise<boolean> {
    const now = this.#now();
    if (!this.#any.found && !(now - this.#any.at < staleMs && now >= this.#any.at)) {
      this.#any = { found: await this.#keys.any(), at: now };
    }
    return this.#any.found;
  }

  /** For a change made in this process: it takes effect with the next request. */
  forget(id: string): void {
    this.#known.delete(id);
    this.#lookups.delete(id);
    this.#any = { ...this.#any, at: Number.NEGATIVE_INFINITY };
  }

  #lookup(id: string): Promise<StoredAccessKey | null> {
    const running = this.#lookups.get(id);
    if (running !== undefined) return running;
    const at = this.#now();
    const lookup = this.#keys.find(id).then(
      key => {
        // Unless it was forgotten meanwhile.
        if (this.#lookups.get(id) === lookup) {
          this.#lookups.delete(id);
          this.#remember(id, { key, at });
        }
        return key;
      },
      (cause: unknown) => {
        if (this.#lookups.get(id) === lookup) this.#lookups.delete(id);
        throw cause;
      },
    );
    this.#lookups.set(id, lookup);
    return lookup;
  }

  #remember(id: string, known: Known): void {
    this.#known.delete(id);
    this.#known.set(id, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxIds && oldest !== undefined) this.#known.delete(oldest);
  }
}
