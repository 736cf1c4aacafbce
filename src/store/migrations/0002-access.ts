import type { Migration } from './migration.ts';

/** API keys, and what each has used. */
export const accessMigration: Migration = {
  name: '0002-access',
  apply: async database => {
    await database.schema
      .createTable('access_keys')
      .addColumn('id', 'text', column => column.primaryKey())
      .addColumn('name', 'text', column => column.notNull())
      .addColumn('secret_hash', 'text', column => column.notNull())
      .addColumn('aliases', 'text', column => column.notNull())
      .addColumn('admin', 'integer', column => column.notNull())
      .addColumn('limits', 'text', column => column.notNull())
      .addColumn('created_at', 'bigint', column => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('revoked_at', 'bigint')
      .execute();
    await database.schema
      .createTable('access_ledgers')
      .addColumn('key_id', 'text', column => column.primaryKey())
      .addColumn('version', 'bigint', column => column.notNull())
      .addColumn('ledger', 'text', column => column.notNull())
      .execute();
  },
};
