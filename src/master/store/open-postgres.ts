import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { ExternalError } from '../../diagnostics/index.js';
import type { OpenDatabase } from './open-database.js';

/** Any constant: the key of the advisory lock that one master holds on its database. */
const lockKey = 7_215_463;

/**
 * Opens a PostgreSQL database. One connection of its own holds an advisory lock as long as the master lives: one
 * master a database.
 */
export async function openPostgres(databaseUrl: string): Promise<OpenDatabase> {
  const where = withoutCredentials(databaseUrl);
  const holder = new pg.Client({ connectionString: databaseUrl });
  // A lost connection shows in the next query, with its own error.
  holder.on('error', () => undefined);
  try {
    await holder.connect();
    const answer = await holder.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
      lockKey,
    ]);
    if (answer.rows[0]?.held !== true) throw new Error('another master has it open');
  } catch (error) {
    await holder.end().catch(() => undefined);
    throw new ExternalError({
      what: 'open the database of the master',
      where,
      why: error instanceof Error ? error.message : 'failed',
      retry: 'after-change',
      hint: 'Check DATABASE_URL, and that only one master uses this database.',
      cause: error,
    });
  }
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });
  pool.on('error', () => undefined);
  return {
    dialect: new PostgresDialect({ pool }),
    where,
    release: () => holder.end(),
  };
}

function withoutCredentials(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl);
    return `postgresql://${url.host}${url.pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}
