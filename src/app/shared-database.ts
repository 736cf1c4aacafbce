import { type Durability, openDatabase, type StepdownDatabase } from '../store/database.ts';
import { openPostgres } from '../store/postgres.ts';
import type { Workspace } from './workspace.ts';

/**
 * Opens what processes and replicas share (keys, budgets): Postgres where DATABASE_URL names it, else the
 * workspace's own file.
 * @param durability of the file; Postgres decides for itself
 * @throws as openPostgres does
 */
export function openSharedDatabase(workspace: Workspace, durability: Durability): Promise<StepdownDatabase> {
  const { databaseUrl } = workspace.environment;
  return databaseUrl === null
    ? openDatabase(workspace.inside('stepdown.db'), durability)
    : openPostgres(databaseUrl.reveal());
}
