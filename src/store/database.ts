import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import { migrate } from './migrate.ts';
import type { Tables } from './tables.ts';

/** An open database. Close it with `destroy()`. */
export type StepdownDatabase = Kysely<Tables>;

/**
 * Opens (and creates, and migrates) the workspace's SQLite database.
 * WAL with full sync: a committed record survives a power cut, and readers never wait for the writer.
 */
export async function openDatabase(file: string): Promise<StepdownDatabase> {
  mkdirSync(dirname(file), { recursive: true });
  const connection = new Database(file, { timeout: 10_000 });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  const database = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) });
  await migrate(database);
  return database;
}
