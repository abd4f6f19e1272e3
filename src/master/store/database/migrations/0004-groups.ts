import type { Kysely, Migration } from 'kysely';

/** Adds the members and permissions of groups. The groups themselves are principals. */
export const groups: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('groupMembers')
      .addColumn('groupName', 'text', (column) => column.notNull())
      .addColumn('username', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('groupMembersKey', ['groupName', 'username'])
      .execute();
    await db.schema
      .createTable('groupPermissions')
      .addColumn('groupName', 'text', (column) => column.notNull())
      .addColumn('permission', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('groupPermissionsKey', ['groupName', 'permission'])
      .execute();
  },
};
