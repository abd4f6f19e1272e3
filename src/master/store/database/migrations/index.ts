import type { Migration } from 'kysely';
import { initial } from './0001-initial.js';
import { revisionFailures } from './0003-revision-failures.js';
import { typePermissions } from './0002-type-permissions.js';
import { groups } from './0004-groups.js';
import { agents } from './0005-agents.js';
import { windows } from './0006-windows.js';

/** Migrations in the order of their names, the same on SQLite and PostgreSQL. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-type-permissions': typePermissions,
  '0003-revision-failures': revisionFailures,
  '0004-groups': groups,
  '0005-agents': agents,
  '0006-windows': windows,
};
