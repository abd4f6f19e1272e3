import { Migrator, type Kysely } from 'kysely';
import { ExternalError } from '../../diagnostics/index.js';
import { migrations } from './migrations/index.js';
import type { Tables } from './tables.js';

/** Brings the database to the newest schema. @throws ExternalError that names the migration that failed */
export async function migrate(db: Kysely<Tables>, where: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  });
  const { error, results } = await migrator.migrateToLatest();
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
