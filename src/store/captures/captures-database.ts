import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import AsyncDatabase from 'libsql/promise';
import type { StepdownDatabase } from '../database.ts';
import { migrate } from '../migrate.ts';
import type { Tables } from '../tables.ts';
import { reusingStatements } from './reused-statements.ts';

/** The database that captures are moved into. */
export interface CapturesDatabase {
  readonly database: StepdownDatabase;
  /** Everything committed so far survives a power cut afterwards. */
  makeDurable(): Promise<void>;
  /** Keeps the write-ahead log short; does nothing where there is none. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A SQLite file of its own for captures, beside the workspace's. SQLite works in the thread that calls it, so
 * this one neither syncs on commit nor checkpoints by itself nor waits for locks: the journal is what is durable,
 * syncing and checkpoints are done in other threads, and who finds the file busy tries again later.
 * @see https://www.sqlite.org/wal.html
 */
export async function openCapturesFile(file: string): Promise<CapturesDatabase> {
  mkdirSync(dirname(file), { recursive: true });
  const connection = new Database(file, { timeout: 10_000 });
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = NORMAL');
  connection.pragma('wal_autocheckpoint = 0');
  const database = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: reusingStatements(connection) }),
  });
  await migrate(database);
  connection.pragma('busy_timeout = 0');
  await syncPath(dirname(file));
  return {
    database,
    makeDurable: () => syncPath(`${file}-wal`),
    checkpoint: async () => {
      const other = new AsyncDatabase(file, { timeout: 0 });
      try {
        await other.exec('pragma wal_checkpoint(passive)');
      } finally {
        other.close();
      }
    },
    close: () => database.destroy(),
  };
}

/** A Postgres database that is open already; it stays open, and is durable by itself. */
export function sharedCapturesDatabase(database: StepdownDatabase): CapturesDatabase {
  const nothing = async (): Promise<void> => {};
  return { database, makeDurable: nothing, checkpoint: nothing, close: nothing };
}

/** In the thread pool, whoever wrote the bytes: a sync is of the file, not of the descriptor. */
async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    // Without a write-ahead log there is nothing that is not in the database file.
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return;
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
