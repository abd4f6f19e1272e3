import type { Kysely, Migration } from 'kysely';

/** Adds maintenance windows, how long a job may run, and what it waits for. */
export const windows: Migration = {
  async up(db: Kysely<unknown>) {
    for (const table of ['workers', 'devices']) {
      await db.schema
        .alterTable(table)
        .addColumn('maintenanceWindows', 'text', (column) => column.notNull().defaultTo('[]'))
        .execute();
    }
    await db.schema.alterTable('jobs').addColumn('timeoutS', 'integer').execute();
    await db.schema.alterTable('jobs').addColumn('waitsFor', 'text').execute();
  },
};
