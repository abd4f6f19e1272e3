import { Migrator, type Kysely } from 'kysely';
import { ExternalError, reasonOf } from '../../../diagnostics/index.js';
import { migrations } from './migrations/index.js';
import type { Tables } from './tables.js';

/**
 * Updates the database to the latest schema.
 * @throws ExternalError when a migration fails; the message names it
 */
export async function migrate(db: Kysely<Tables>, where: string): Promise<void> {
  const { error, results } = await migratorOf(db).migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  throw new ExternalError({
    what: 'update the schema of the database',
    where,
    why: `${failed === undefined ? '' : `${failed}: `}${reasonOf(error)}`,
    retry: 'after-change',
    cause: error,
  });
}

/**
 * Checks that the master has updated the schema, for the other processes, which must not do it.
 * @throws ExternalError when a migration is missing
 */
export async function checkSchema(db: Kysely<Tables>, where: string): Promise<void> {
  const pending = (await migratorOf(db).getMigrations()).filter(({ executedAt }) => executedAt === undefined);
  if (pending.length === 0) return;
  throw new ExternalError({
    what: 'use the database of the master',
    where,
    why: `its schema is not up to date (missing: ${pending.map(({ name }) => name).join(', ')})`,
    retry: 'after-change',
    hint: 'Start the master of this database first, with the same version of lavaflow. It updates the schema.',
  });
}

function migratorOf(db: Kysely<Tables>): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } });
}
