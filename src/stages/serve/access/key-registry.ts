import { z } from 'zod';
import {
  type AccessKey,
  everyAlias,
  type KeyStore,
  keyLimitsSchema,
  type LedgerStore,
  type limitPeriods,
} from '../../../core/access-key.ts';
import { ConfigError } from '../../../core/errors/index.ts';
import type { Amounts } from './amounts.ts';
import { newApiKey } from './api-key.ts';
import { type Ledger, parseLedger, usedIn } from './ledger.ts';

/** What a key is made with. */
export const keyRequestSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200).describe('Whom or what it is for.'),
    aliases: z
      .array(z.string().min(1).max(128))
      .default([])
      .describe(`Aliases it may use, by exact name, or "${everyAlias}" for all.`),
    admin: z.boolean().default(false).describe('May use the admin API.'),
    expiresAt: z.iso
      .datetime()
      .nullable()
      .default(null)
      .describe('From when it is no longer valid, in UTC; null never expires.'),
    limits: keyLimitsSchema.default({}).describe('What it may use up, by period.'),
  })
  .refine(({ aliases, admin }) => admin || aliases.length > 0, {
    path: ['aliases'],
    message: 'must name an alias, or "*", unless the key administers',
  });
export type KeyRequest = z.input<typeof keyRequestSchema>;

/** A key as it is shown: never its secret or hash. Times are ISO 8601, UTC. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'expired' | 'revoked';
  readonly aliases: readonly string[];
  readonly admin: boolean;
  readonly limits: AccessKey['limits'];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** Of the last request that is booked, at most a second late; null where there was none. */
  readonly lastUsedAt: string | null;
  /** What was used in the current minute, day and month and in all; requests in flight at their bound. */
  readonly used: Readonly<Record<(typeof limitPeriods)[number], Amounts>>;
}

/** A new key: the only time that its secret is shown. */
export interface CreatedKey extends KeyView {
  readonly key: string;
}

export interface KeyRegistryOptions {
  readonly keys: KeyStore;
  readonly ledgers: LedgerStore<Ledger>;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now?: () => number;
  /** Told of every change, so that it takes effect in this process at once. */
  readonly onChange?: (keyId: string) => void;
}

/** Makes, lists and revokes API keys. */
export class KeyRegistry {
  readonly #keys: KeyStore;
  readonly #ledgers: LedgerStore<Ledger>;
  readonly #now: () => number;
  readonly #onChange: (keyId: string) => void;

  constructor({ keys, ledgers, now = Date.now, onChange = () => {} }: KeyRegistryOptions) {
    this.#keys = keys;
    this.#ledgers = ledgers;
    this.#now = now;
    this.#onChange = onChange;
  }

  /** @throws ConfigError `key-request-invalid` */
  async create(request: unknown): Promise<CreatedKey> {
    const now = this.#now();
    const { name, aliases, admin, expiresAt, limits } = parseRequest(request, now);
    const { id, key, secretHash } = newApiKey();
    const stored: AccessKey = {
      id,
      name,
      aliases,
      admin,
      limits,
      createdAt: now,
      expiresAt: expiresAt === null ? null : Date.parse(expiresAt),
      revokedAt: null,
    };
    await this.#keys.insert({ ...stored, secretHash });
    this.#onChange(id);
    return { key, ...viewOf(stored, parseLedger(null), now) };
  }

  /** Oldest first. */
  async list(): Promise<readonly KeyView[]> {
    const [keys, ledgers] = await Promise.all([this.#keys.list(), this.#ledgers.all()]);
    return keys.map(key => viewOf(key, ledgers.get(key.id) ?? parseLedger(null), this.#now()));
  }

  /**
   * Revokes a key, at once in this process and within a second in others.
   * @throws ConfigError `key-id-unknown`
   */
  async revoke(id: string): Promise<KeyView> {
    const known = await this.#keys.revoke(id, this.#now());
    this.#onChange(id);
    const view = known ? (await this.list()).find(key => key.id === id) : undefined;
    if (view !== undefined) return view;
    throw new ConfigError(
      'key-id-unknown',
      // What was given may be a whole key by mistake, and messages are logged.
      'No key has this id',
      'Run `stepdown keys list` and give the id in its first column, not the key itself.',
    );
  }
}

function parseRequest(request: unknown, now: number): z.output<typeof keyRequestSchema> {
  const parsed = keyRequestSchema.safeParse(request);
  const problems = parsed.success
    ? parsed.data.expiresAt !== null && Date.parse(parsed.data.expiresAt) <= now
      ? ['expiresAt: must be in the future']
      : []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new ConfigError(
    'key-request-invalid',
    `A key cannot be made like this: ${problems.join('; ')}`,
    'Give a name, at least one alias or admin, and limits above 0.',
  );
}

function viewOf(key: AccessKey, ledger: Ledger, now: number): KeyView {
  const expired = key.expiresAt !== null && key.expiresAt <= now;
  const used = (period: (typeof limitPeriods)[number]): Amounts => {
    const { requests, tokens, costUsd } = usedIn(ledger, period, now);
    return { requests, tokens, costUsd };
  };
  return {
    id: key.id,
    name: key.name,
    status: key.revokedAt !== null ? 'revoked' : expired ? 'expired' : 'active',
    aliases: key.aliases,
    admin: key.admin,
    limits: key.limits,
    createdAt: iso(key.createdAt),
    expiresAt: key.expiresAt === null ? null : iso(key.expiresAt),
    revokedAt: key.revokedAt === null ? null : iso(key.revokedAt),
    lastUsedAt: ledger.lastUsedAt === null ? null : iso(ledger.lastUsedAt),
    used: { minute: used('minute'), day: used('day'), month: used('month'), total: used('total') },
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
