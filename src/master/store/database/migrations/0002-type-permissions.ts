import type { Kysely, Migration } from 'kysely';

/** Adds the permissions of groups on device types; those on devices exist already. */
export const typePermissions: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('deviceTypePermissions')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('deviceType', 'text', (column) =>
        column.notNull().references('deviceTypes.name').onDelete('cascade'),
      )
      .addColumn('groupName', 'text', (column) => column.notNull())
      .addColumn('permission', 'text', (column) => column.notNull())
      .execute();
  },
};
