import { Migrator, type Kysely } from 'kysely';
import { ExternalError } from '../../../diagnostics/index.js';
import { migrations } from './migrations/index.js';
import type { Tables } from './tables.js';

/**
 * Brings the database to the newest schema.
 * @throws ExternalError that names the migration that failed
 */
export async function migrate(db: Kysely<Tables>, where: string): Promise<void> {
  const { error, results } = await migratorOf(db).migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((result) => result.status === 'Error')?.migrationName;
  throw new ExternalError({
    what: 'bring the database to the newest schema',
    where,
    why: `${failed === undefined ? '' : `${failed}: `}${error instanceof Error ? error.message : 'failed'}`,
    retry: 'after-change',
    cause: error,
  });
}

/**
 * For a process besides the master, which alone migrates: checks that it has done so.
 * @throws ExternalError when the database lacks a migration
 */
export async function checkSchema(db: Kysely<Tables>, where: string): Promise<void> {
  const pending = (await migratorOf(db).getMigrations()).filter(({ executedAt }) => executedAt === undefined);
  if (pending.length === 0) return;
  throw new ExternalError({
    what: 'use the database of the master',
    where,
    why: `it does not have the newest schema (${pending.map(({ name }) => name).join(', ')} missing)`,
    retry: 'after-change',
    hint: 'Start the master of this database first, in the same version: it updates the schema.',
  });
}

function migratorOf(db: Kysely<Tables>): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } });
}
