import type { Kysely, Migration } from 'kysely';

/** Adds the agent that acts as a worker, and what judges and bounds the results of jobs. */
export const agents: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('workers').addColumn('agent', 'text').execute();
    await db.schema.alterTable('workers').addColumn('conflict', 'text').execute();
    await db.schema
      .alterTable('devices')
      .addColumn('lostChecks', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable('devices').addColumn('checkNotBefore', 'text').execute();
    await db.schema
      .alterTable('jobs')
      .addColumn('isReported', 'integer', (column) => column.notNull().defaultTo(1))
      .execute();
    await db.schema
      .alterTable('jobs')
      .addColumn('resultCount', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
