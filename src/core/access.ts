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

/** Whoever presented a good key, or any key where none is needed. */
export interface KeyHolder {
  /** Whether the key is for an alias: asking costs nothing, and an exhausted budget does not stand in its way. */
  mayUse(alias: string): boolean;
  /**
   * Admits one data request to an alias and counts it against the key's limits.
   * @param alias the model alias, or null for routes that need any valid key (feedback)
   * @param most what the request may cost at most: so much of a budget is set aside until it is settled. A limit
   *   is overshot by more than one request only where requests cost more than their bound.
   * @throws AccessError `key-out-of-scope` (403) | `rate-limited` | `budget-exhausted` (429), and `key-unknown` |
   *   `key-revoked` | `key-expired` (401) where the key became so since it was presented
   */
  admit(alias: string | null, most?: SpendingBound): Promise<Admission>;
}

/** Says who may do what. A refusal is thrown, so that it cannot be forgotten. */
export interface AccessControl {
  /**
   * Whose key it is, before anything else of a request is looked at.
   * @param presented the key as the client sent it, without `Bearer `; null where it sent none
   * @throws AccessError `key-required` | `key-unknown` | `key-revoked` | `key-expired` (401)
   */
  recognize(presented: string | null): Promise<KeyHolder>;
  /** @throws AccessError as above, and `admin-required` (403) for a key without the admin scope */
  admitAdmin(presented: string | null): Promise<void>;
  /** False on a gateway that runs without any key: it then listens on loopback only. */
  keysRequired(): Promise<boolean>;
  close(): Promise<void>;
}
