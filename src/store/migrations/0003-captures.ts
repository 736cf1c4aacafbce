import type { Migration } from './migration.ts';

/** Captured requests, feedback on them, and how far the journal has been moved into them. */
export const capturesMigration: Migration = {
  name: '0003-captures',
  apply: async database => {
    await database.schema
      .createTable('captures')
      .addColumn('id', 'text', column => column.primaryKey())
      .addColumn('at', 'bigint', column => column.notNull())
      .addColumn('alias', 'text', column => column.notNull())
      .addColumn('route', 'text', column => column.notNull())
      .addColumn('reason', 'text')
      .addColumn('status', 'integer', column => column.notNull())
      .addColumn('record', 'text', column => column.notNull())
      .addColumn('size_bytes', 'bigint', column => column.notNull())
      .execute();
    await database.schema.createIndex('captures_by_time').on('captures').columns(['at', 'id']).execute();
    await database.schema
      .createTable('capture_feedback')
      .addColumn('capture_id', 'text', column => column.notNull())
      .addColumn('at', 'bigint', column => column.notNull())
      .addColumn('hash', 'text', column => column.notNull())
      .addColumn('correct_answer', 'text')
      .addColumn('rating', 'integer')
      .addPrimaryKeyConstraint('capture_feedback_key', ['capture_id', 'at', 'hash'])
      .execute();
    await database.schema
      .createTable('capture_segments')
      .addColumn('segment', 'text', column => column.primaryKey())
      .addColumn('bytes', 'bigint', column => column.notNull())
      .execute();
    await database.schema
      .createTable('capture_totals')
      .addColumn('id', 'integer', column => column.primaryKey())
      .addColumn('captures', 'bigint', column => column.notNull())
      .addColumn('bytes', 'bigint', column => column.notNull())
      .execute();
    await database.insertInto('capture_totals').values({ id: 1, captures: 0, bytes: 0 }).execute();
  },
};
