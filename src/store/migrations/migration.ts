import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** One step of the schema. One that has landed is never changed, only followed by another. */
export interface Migration {
  /** Sorts by order: `0002-access`. */
  readonly name: string;
  /** Runs on SQLite and on Postgres alike: portable column types only (`text`, `bigint`, `double precision`). */
  apply(database: Kysely<Tables>): Promise<void>;
}
