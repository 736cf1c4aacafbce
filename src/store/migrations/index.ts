import { runsMigration } from './0001-runs.ts';
import { accessMigration } from './0002-access.ts';
import { capturesMigration } from './0003-captures.ts';
import type { Migration } from './migration.ts';

/** All migrations, in the order they are applied. */
export const migrations: readonly Migration[] = [runsMigration, accessMigration, capturesMigration];
