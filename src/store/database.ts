import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { migrate } from './migrate.ts';
import type { Tables } from './tables.ts';

/** An open database: a SQLite file or a Postgres server, with the same tables. Close it with `destroy()`. */
export type StepdownDatabase = Kysely<Tables>;

/**
 * What a committed record survives: the loss of power (a sync a commit), or the end of the process however it
 * ends (no sync, some ten times faster; a power cut may take the last commits but never damages the file).
 */
export type Durability = 'power-cut' | 'process-end';

/**
 * Opens (and creates, and migrates) a SQLite database. In WAL mode readers never wait for the writer.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export async function openDatabase(
  file: string,
  durability: Durability = 'power-cut',
): Promise<StepdownDatabase> {
  mkdirSync(dirname(file), { recursive: true });
  const connection = new Database(file, { timeout: 10_000 });
  connection.pragma('journal_mode = WAL');
  connection.pragma(`synchronous = ${durability === 'power-cut' ? 'FULL' : 'NORMAL'}`);
  const database = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) });
  try {
    await migrate(database);
    return database;
  } catch (cause) {
    await database.destroy();
    throw cause;
  }
}
