import type { Migration } from './migration.ts';

/** Run records of the pipeline. */
export const runsMigration: Migration = {
  name: '0001-runs',
  apply: async database => {
    await database.schema
      .createTable('runs')
      .addColumn('id', 'text', column => column.primaryKey())
      .addColumn('stage', 'text', column => column.notNull())
      .addColumn('status', 'text', column => column.notNull())
      .addColumn('started_at', 'text', column => column.notNull())
      .addColumn('ended_at', 'text')
      .addColumn('input_hash', 'text', column => column.notNull())
      .addColumn('record', 'text', column => column.notNull())
      .execute();
    await database.schema.createIndex('runs_by_input').on('runs').columns(['stage', 'input_hash']).execute();
  },
};
