import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

type Migration = (database: Kysely<Tables>) => Promise<void>;

/** Ordered and named; one that has landed is never changed, only followed by another. */
const migrations: Record<string, Migration> = {
  '0001-runs': async database => {
    await database.schema
      .createTable('runs')
      .addColumn('id', 'text', column => column.primaryKey())
      .addColumn('stage', 'text', column => column.notNull())
      .addColumn('status', 'text', column => column.notNull())
      .addColumn('started_at', 'text', column => column.notNull())
      .addColumn('ended_at', 'text')
      .addColumn('input_hash', 'text', column => column.notNull())
      .addColumn('record', 'text', column => column.notNull())
      .execute();
    await database.schema.createIndex('runs_by_input').on('runs').columns(['stage', 'input_hash']).execute();
  },
};

/** Brings the schema up to date; each migration is applied once, in one transaction with its mark. */
export async function migrate(database: Kysely<Tables>): Promise<void> {
  await sql`create table if not exists migrations (name text primary key, applied_at text not null)`.execute(
    database,
  );
  const applied = new Set(
    (await database.selectFrom('migrations').select('name').execute()).map(row => row.name),
  );
  for (const [name, apply] of Object.entries(migrations)) {
    if (applied.has(name)) continue;
    await database.transaction().execute(async transaction => {
      await apply(transaction);
      await transaction
        .insertInto('migrations')
        .values({ name, applied_at: new Date().toISOString() })
        .execute();
    });
  }
}
