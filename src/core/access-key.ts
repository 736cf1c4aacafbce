import { z } from 'zod';

/** Stands for every alias in the scope of a key. */
export const everyAlias = '*';

const count = z.int().positive();

/** What a key may use up within a period; what is absent is not limited. */
const allowanceSchema = z.strictObject({
  requests: count.optional().describe('Requests.'),
  tokens: count.optional().describe('Tokens of prompts and answers.'),
  costUsd: z.number().positive().optional().describe('US dollars.'),
});

/** Limits of a key by period: any 60 seconds, a UTC day, a UTC month, and its whole life. */
export const keyLimitsSchema = z.strictObject({
  minute: allowanceSchema.optional(),
  day: allowanceSchema.optional(),
  month: allowanceSchema.optional(),
  total: allowanceSchema.optional(),
});
export type KeyLimits = z.infer<typeof keyLimitsSchema>;

/** The periods that limits are set for, shortest first. */
export const limitPeriods = ['minute', 'day', 'month', 'total'] as const;
export type LimitPeriod = (typeof limitPeriods)[number];

/** An API key without its secret. Times are milliseconds since 1970-01-01 UTC. */
export interface AccessKey {
  /** The public part of the key: names it in lists, captures and logs. */
  readonly id: string;
  readonly name: string;
  /** Aliases it may use, by exact name, or `*`; none for a key that only administers. */
  readonly aliases: readonly string[];
  /** May use the admin API. */
  readonly admin: boolean;
  readonly limits: KeyLimits;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** A key as it is kept. */
export interface StoredAccessKey extends AccessKey {
  /** SHA-256 of the whole key, in hex. */
  readonly secretHash: string;
}

/** Keeps keys. */
export interface KeyStore {
  insert(key: StoredAccessKey): Promise<void>;
  find(id: string): Promise<StoredAccessKey | null>;
  /** Oldest first. */
  list(): Promise<readonly AccessKey[]>;
  /** False where no key has this id. A key that was revoked before stays as it is. */
  revoke(id: string, at: number): Promise<boolean>;
  /** Whether there was ever a key, also one that is revoked by now. */
  any(): Promise<boolean>;
}

/** Keeps what each key has used: the account of whoever knows how to read it. */
export interface LedgerStore<Ledger> {
  /**
   * Replaces the ledger of a key by what `change` makes of it: atomic also among processes, so `change` may be
   * called several times and must be pure. A ledger that comes back as it went in is not written.
   */
  update<Outcome>(keyId: string, change: LedgerChange<Ledger, Outcome>): Promise<Outcome>;
  /** Ledgers by key id, as they are now. */
  all(): Promise<ReadonlyMap<string, Ledger>>;
}

export type LedgerChange<Ledger, Outcome> = (ledger: Ledger) => {
  readonly ledger: Ledger;
  readonly outcome: Outcome;
};
