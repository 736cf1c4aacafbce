import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Statements kept at most: those that lists of ids make of many lengths must not pile up. */
const maxKept = 64;

/**
 * A connection that prepares each text once. To prepare an insert of 25 rows takes as long as to run it.
 * No statement may be asked again while its rows are being read; kysely reads all of them at once.
 */
export function reusingStatements(connection: SqliteDatabase): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  return {
    prepare: text => {
      const known = kept.get(text);
      if (known !== undefined) return known;
      const statement = connection.prepare(text);
      if (kept.size >= maxKept) kept.clear();
      kept.set(text, statement);
      return statement;
    },
    close: () => {
      kept.clear();
      connection.close();
    },
  };
}
