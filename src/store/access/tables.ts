/** Tables of keys and their use. Times are milliseconds since 1970-01-01 UTC. */
export interface AccessTables {
  access_keys: {
    /** The public part of the key. */
    id: string;
    name: string;
    /** SHA-256 of the whole key, in hex. */
    secret_hash: string;
    /** JSON list of alias names, or `["*"]`. */
    aliases: string;
    /** 0 or 1. */
    admin: number;
    /** KeyLimits as JSON. */
    limits: string;
    created_at: number;
    expires_at: number | null;
    revoked_at: number | null;
  };
  /** What each key has used: replaced as a whole where `version` is still the one that was read. */
  access_ledgers: {
    key_id: string;
    version: number;
    /** Opaque here: JSON of whoever keeps the account. */
    ledger: string;
  };
}
