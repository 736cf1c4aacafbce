import { type Durability, openDatabase, type StepdownDatabase } from '../store/database.ts';
import type { Workspace } from './workspace.ts';

/**
 * Opens what processes and replicas share (keys, budgets): Postgres where DATABASE_URL names it, else the
 * workspace's own file.
 * @param durability of the file; Postgres decides for itself
 * @throws as openPostgres does
 */
export async function openSharedDatabase(
  workspace: Workspace,
  durability: Durability,
): Promise<StepdownDatabase> {
  const { databaseUrl } = workspace.environment;
  if (databaseUrl === null) return openDatabase(workspace.inside('stepdown.db'), durability);
  const { openPostgres } = await import('../store/postgres.ts');
  return openPostgres(databaseUrl.reveal());
}
