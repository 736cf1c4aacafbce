import { sql } from 'kysely';
import type { StepdownDatabase } from '../database.ts';

/** Which captures; every condition given must hold. Times in milliseconds since 1970-01-01 UTC. */
export interface CaptureQuery {
  readonly alias?: string;
  /** At or after. */
  readonly since?: number;
  /** Before. */
  readonly until?: number;
  readonly route?: string;
  readonly idPrefix?: string;
}

/** Selects the records of captures, newest first; those before `after` in that order are left out. */
export function selectCaptures(
  database: StepdownDatabase,
  query: CaptureQuery,
  after: { readonly at: number; readonly id: string } | null = null,
) {
  let selection = database
    .selectFrom('captures')
    .select('record')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc');
  if (query.alias !== undefined) selection = selection.where('alias', '=', query.alias);
  if (query.route !== undefined) selection = selection.where('route', '=', query.route);
  if (query.since !== undefined) selection = selection.where('at', '>=', query.since);
  if (query.until !== undefined) selection = selection.where('at', '<', query.until);
  if (query.idPrefix !== undefined) {
    // Not LIKE: an id may hold its wildcards, and SQLite's ignores case.
    const prefix = query.idPrefix;
    selection = selection.where(sql<string>`substr(id, 1, ${prefix.length})`, '=', prefix);
  }
  if (after === null) return selection;
  return selection.where(row =>
    row.or([row('at', '<', after.at), row.and([row('at', '=', after.at), row('id', '<', after.id)])]),
  );
}
