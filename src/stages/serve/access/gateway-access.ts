import type { AccessControl, Admission, KeyHolder, SpendingBound } from '../../../core/access.ts';
import {
  everyAlias,
  type KeyStore,
  type LedgerStore,
  type StoredAccessKey,
} from '../../../core/access-key.ts';
import { AccessError } from '../../../core/errors/index.ts';
import { apiKeyId, matchesHash } from './api-key.ts';
import { KeyAccount } from './key-account.ts';
import { KnownKeys } from './known-keys.ts';
import type { Ledger } from './ledger.ts';

export interface GatewayAccessOptions {
  readonly keys: KeyStore;
  readonly ledgers: LedgerStore<Ledger>;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now?: () => number;
}

const unbounded: SpendingBound = { tokens: null, costUsd: null };
/** No stored hash is like it; an unknown id takes the same path as a wrong secret. */
const noHash = '0'.repeat(64);
const open: Admission = { keyId: null, settle: () => {} };
/** Of a gateway that was never given a key. */
const anybody: KeyHolder = { mayUse: () => true, admit: async () => open };

/** Access by API keys, whose limits hold over all processes and replicas that share the stores. */
export class GatewayAccess implements AccessControl {
  readonly #known: KnownKeys;
  readonly #ledgers: LedgerStore<Ledger>;
  readonly #now: () => number;
  readonly #accounts = new Map<string, KeyAccount>();

  constructor({ keys, ledgers, now = Date.now }: GatewayAccessOptions) {
    this.#known = new KnownKeys(keys, now);
    this.#ledgers = ledgers;
    this.#now = now;
  }

  async recognize(presented: string | null): Promise<KeyHolder> {
    if (!(await this.#known.any())) return anybody;
    const key = await this.#authenticate(presented);
    return {
      mayUse: alias => mayUse(key, alias),
      admit: (alias, most) => this.#admit(key.id, alias, most ?? unbounded),
    };
  }

  /** Without any key everything is open to this machine, as is the gateway itself. */
  async admitAdmin(presented: string | null): Promise<void> {
    if (!(await this.#known.any())) return;
    const { admin } = await this.#authenticate(presented);
    if (admin) return;
    throw new AccessError(
      403,
      'admin-required',
      'This key may not administer the gateway',
      'Use a key that was made with `stepdown keys create --admin`.',
    );
  }

  keysRequired(): Promise<boolean> {
    return this.#known.any();
  }

  /** Lets a change of a key in this process take effect at once. */
  forget(keyId: string): void {
    this.#known.forget(keyId);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#accounts.values()].map(account => account.flush()));
  }

  async #authenticate(presented: string | null): Promise<StoredAccessKey> {
    if (presented === null || presented === '') {
      throw new AccessError(
        401,
        'key-required',
        'This gateway needs an API key',
        'Send the header `Authorization: Bearer sd-...`; the operator makes keys with `stepdown keys create`.',
      );
    }
    const id = apiKeyId(presented);
    const key = id === null ? null : await this.#known.find(id);
    const matches = matchesHash(presented, key?.secretHash ?? noHash);
    return this.#valid(matches ? key : null);
  }

  /** @param id of a key that was recognised: while the rest of a request came it may have been revoked */
  async #admit(id: string, alias: string | null, most: SpendingBound): Promise<Admission> {
    const key = this.#valid(await this.#known.find(id));
    if (alias !== null && !mayUse(key, alias)) {
      const outOfScope = new AccessError(
        403,
        'key-out-of-scope',
        `This key may not use "${alias}"`,
        'Use an alias that the key was made for, or ask the operator of the gateway for another key.',
      );
      throw ofKey(key.id, outOfScope);
    }
    try {
      const settle = await this.#account(key).admit(alias === null ? { tokens: 0, costUsd: 0 } : most);
      return { keyId: key.id, settle };
    } catch (error) {
      throw ofKey(key.id, error);
    }
  }

  #valid(key: StoredAccessKey | null): StoredAccessKey {
    if (key === null) {
      throw new AccessError(
        401,
        'key-unknown',
        'This API key is not known here',
        'Check that the whole key was copied; the operator lists keys with `stepdown keys list`.',
      );
    }
    if (key.revokedAt !== null) {
      const revoked = new AccessError(
        401,
        'key-revoked',
        'This API key was revoked',
        'Ask the operator of the gateway for another key.',
      );
      throw ofKey(key.id, revoked);
    }
    if (key.expiresAt !== null && key.expiresAt <= this.#now()) {
      const expired = new AccessError(
        401,
        'key-expired',
        `This API key expired on ${new Date(key.expiresAt).toISOString()}`,
        'Ask the operator of the gateway for another key.',
      );
      throw ofKey(key.id, expired);
    }
    return key;
  }

  #account(key: StoredAccessKey): KeyAccount {
    let account = this.#accounts.get(key.id);
    if (account === undefined) {
      account = new KeyAccount(key.id, key.limits, this.#ledgers, this.#now);
      this.#accounts.set(key.id, account);
    }
    return account;
  }
}

function mayUse({ aliases }: StoredAccessKey, alias: string): boolean {
  return aliases.includes(alias) || aliases.includes(everyAlias);
}

/** A refusal that tells the operator whose it is. */
function ofKey(keyId: string, error: unknown): unknown {
  if (error instanceof AccessError) error.keyId = keyId;
  return error;
}
