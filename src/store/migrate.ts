import { type Kysely, sql } from 'kysely';
import { isPostgres } from './dialect.ts';
import { migrations } from './migrations/index.ts';
import type { Tables } from './tables.ts';

/** Any number that nothing else in the database locks. */
const advisoryLock = 7_347_330_671;

let migrating: Promise<void> = Promise.resolve();

/**
 * Brings the schema up to date: all that is missing in one transaction, or nothing.
 * Safe when several processes do it at once: one migrates, the others wait and find it done. Within a process one
 * after the other: SQLite waits for a lock without letting go of the thread, which the holder needs to go on.
 */
export function migrate(database: Kysely<Tables>): Promise<void> {
  const turn = migrating.then(() => applyMissing(database));
  migrating = turn.catch(() => {});
  return turn;
}

async function applyMissing(database: Kysely<Tables>): Promise<void> {
  // A database without the table of migrations fails here, and is made below.
  const done = await appliedNames(database).catch(() => new Set<string>());
  if (migrations.every(({ name }) => done.has(name))) return;
  await database.connection().execute(async connection => {
    await lock(connection);
    try {
      await sql`create table if not exists migrations (name text primary key, applied_at text not null)`.execute(
        connection,
      );
      const applied = await appliedNames(connection);
      for (const { name, apply } of migrations) {
        if (applied.has(name)) continue;
        await apply(connection);
        const mark = { name, applied_at: new Date().toISOString() };
        await connection.insertInto('migrations').values(mark).execute();
      }
      await sql`commit`.execute(connection);
    } catch (cause) {
      await sql`rollback`.execute(connection).catch(() => {});
      throw cause;
    }
  });
}

/** Begins a transaction that no other migrating process can be in. */
async function lock(connection: Kysely<Tables>): Promise<void> {
  if (isPostgres(connection)) {
    await sql`begin`.execute(connection);
    await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLock)})`.execute(connection);
  } else {
    await sql`begin immediate`.execute(connection);
  }
}

async function appliedNames(database: Kysely<Tables>): Promise<Set<string>> {
  return new Set((await database.selectFrom('migrations').select('name').execute()).map(row => row.name));
}
