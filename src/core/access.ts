/** What a request costs, for budgets; all at least 0. */
export interface Spending {
  readonly tokens: number;
  readonly costUsd: number;
}

/** The most a request can cost, as far as that is known before it is answered. */
export interface SpendingBound {
  /** Null where nothing bounds it. */
  readonly tokens: number | null;
  /** Null where nothing bounds it; 0 where nothing is charged. */
  readonly costUsd: number | null;
}

/** A request that may go on. */
export interface Admission {
  /** Null where no keys are used. */
  readonly keyId: string | null;
  /** Books what the request cost; call exactly once, also after a failure. */
  settle(spending: Spending): void;
}

/** Says who may do what. A refusal is thrown, so that it cannot be forgotten. */
export interface AccessControl {
  /**
   * Admits one data request of a key to an alias and counts it against its limits.
   * @param presented the key as the client sent it, without `Bearer `; null where it sent none
   * @param alias the model alias, or null for routes that need any valid key (feedback)
   * @param most what the request may cost at most: so much of a budget is set aside until it is settled. A limit
   *   is overshot by more than one request only where requests cost more than their bound.
   * @throws AccessError `key-required` | `key-unknown` | `key-revoked` | `key-expired` (401) |
   *   `key-out-of-scope` (403) | `rate-limited` | `budget-exhausted` (429)
   */
  admit(presented: string | null, alias: string | null, most?: SpendingBound): Promise<Admission>;
  /**
   * Which aliases a key may use: asking costs nothing, and an exhausted budget does not stand in its way.
   * @throws AccessError as `admit` does, but for its scope and limits
   */
  scopeOf(presented: string | null): Promise<(alias: string) => boolean>;
  /** @throws AccessError as above, and `admin-required` (403) for a key without the admin scope */
  admitAdmin(presented: string | null): Promise<void>;
  /** False on a gateway that runs without any key: it then listens on loopback only. */
  keysRequired(): Promise<boolean>;
  close(): Promise<void>;
}
