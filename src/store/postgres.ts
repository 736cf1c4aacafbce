import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { PrerequisiteError } from '../core/errors/index.ts';
import type { StepdownDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { describeServer, unusableServer } from './postgres-errors.ts';
import type { Tables } from './tables.ts';

/** Oldest server that is tested against. */
const oldestVersion = 14;
const statementTimeoutMs = 10_000;
const connectTimeoutMs = 5_000;
/** Connections of one process, at most: a server has 100 by default, for all processes together. */
const maxConnections = 8;

/**
 * Opens (and migrates) a Postgres database, shared by all processes and replicas that are given its address.
 * @param url `postgres://user:password@host:port/database`, with pg's parameters such as `sslmode`
 * @throws ConfigError `database-url-invalid`
 * @throws PrerequisiteError `database-unreachable` | `database-refused` | `database-too-old`
 */
export async function openPostgres(url: string): Promise<StepdownDatabase> {
  const server = describeServer(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    // Also where the server itself no longer answers.
    query_timeout: statementTimeoutMs + 5_000,
    keepAlive: true,
    application_name: 'stepdown',
    types: { getTypeParser },
  });
  // A connection that breaks fails its query and is replaced; unheard, the event would end the process.
  pool.on('error', () => {});
  pool.on('connect', client => client.on('error', () => {}));
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  try {
    await checkVersion(database, server);
    await migrate(database);
    return database;
  } catch (cause) {
    await database.destroy();
    throw unusableServer(cause, server);
  }
}

/** Counts and milliseconds are `bigint` columns, and far below 2^53: numbers, as from SQLite. */
const getTypeParser = ((id: number, format?: 'text') =>
  id === pg.types.builtins.INT8
    ? Number
    : pg.types.getTypeParser(id, format)) as typeof pg.types.getTypeParser;

async function checkVersion(database: StepdownDatabase, server: string): Promise<void> {
  const { rows } = await sql<{
    version: string;
  }>`select current_setting('server_version_num') as version`.execute(database);
  const major = Math.floor(Number(rows[0]?.version) / 10_000);
  if (major >= oldestVersion) return;
  throw new PrerequisiteError(
    'database-too-old',
    `${server} is Postgres ${major}; at least ${oldestVersion} is needed`,
    'Point DATABASE_URL at a newer server.',
  );
}
