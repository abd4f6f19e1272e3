import type { Kysely, Migration } from 'kysely';

/** Adds the changes that a revision could not make, so that the same response can be sent again. */
export const revisionFailures: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('revisions')
      .addColumn('failures', 'text', (column) => column.notNull().defaultTo('[]'))
      .execute();
  },
};
