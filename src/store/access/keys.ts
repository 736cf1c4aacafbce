import {
  type AccessKey,
  type KeyStore,
  keyLimitsSchema,
  type StoredAccessKey,
} from '../../core/access-key.ts';
import type { StepdownDatabase } from '../database.ts';
import { reached } from './reached.ts';
import type { AccessTables } from './tables.ts';

type KeyRow = AccessTables['access_keys'];

/** API keys in the database. */
export class SqlKeys implements KeyStore {
  readonly #database: StepdownDatabase;

  constructor(database: StepdownDatabase) {
    this.#database = database;
  }

  async insert(key: StoredAccessKey): Promise<void> {
    const row: KeyRow = {
      id: key.id,
      name: key.name,
      secret_hash: key.secretHash,
      aliases: JSON.stringify(key.aliases),
      admin: key.admin ? 1 : 0,
      limits: JSON.stringify(key.limits),
      created_at: key.createdAt,
      expires_at: key.expiresAt,
      revoked_at: key.revokedAt,
    };
    await reached(this.#database.insertInto('access_keys').values(row).execute());
  }

  async find(id: string): Promise<StoredAccessKey | null> {
    const row = await reached(
      this.#database.selectFrom('access_keys').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row === undefined ? null : { ...keyOf(row), secretHash: row.secret_hash };
  }

  async list(): Promise<readonly AccessKey[]> {
    const rows = await reached(
      this.#database.selectFrom('access_keys').selectAll().orderBy('created_at').orderBy('id').execute(),
    );
    return rows.map(keyOf);
  }

  async revoke(id: string, at: number): Promise<boolean> {
    await reached(
      this.#database
        .updateTable('access_keys')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .execute(),
    );
    return (await this.find(id)) !== null;
  }

  async any(): Promise<boolean> {
    return (
      (await reached(this.#database.selectFrom('access_keys').select('id').limit(1).executeTakeFirst())) !==
      undefined
    );
  }
}

function keyOf(row: KeyRow): AccessKey {
  return {
    id: row.id,
    name: row.name,
    aliases: JSON.parse(row.aliases) as string[],
    admin: row.admin === 1,
    limits: keyLimitsSchema.parse(JSON.parse(row.limits)),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
