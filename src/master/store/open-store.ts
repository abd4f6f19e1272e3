import { CamelCasePlugin, Kysely, type Transaction } from 'kysely';
import PQueue from 'p-queue';
import { migrate } from './migrate.js';
import { openPostgres } from './open-postgres.js';
import { openSqlite } from './open-sqlite.js';
import type { Tables } from './tables.js';

/** The database or a transaction of it: repositories work in either. */
export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

export interface Store {
  readonly db: Db;
  /**
   * Runs `task` in one transaction, one writer at a time: a task reads what the one before it wrote. What it wrote
   * is on the disk when the promise resolves; when it throws, nothing was written.
   */
  write<T>(task: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens (makes, when it is not there) the master's database and brings it to the newest schema.
 * @param location a PostgreSQL URL, or the path of an SQLite file
 * @throws ExternalError when it cannot be opened, or another master has it open; UsageError when SQLite's driver is
 *   not installed
 */
export async function openStore(location: { databaseUrl: string } | { file: string }): Promise<Store> {
  const database =
    'file' in location ? await openSqlite(location.file) : await openPostgres(location.databaseUrl);
  const db = new Kysely<Tables>({ dialect: database.dialect, plugins: [new CamelCasePlugin()] });
  const writers = new PQueue({ concurrency: 1 });
  const close = async () => {
    await writers.onIdle();
    await db.destroy();
    await database.release();
  };
  try {
    await migrate(db, database.where);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    db,
    write: (task) => writers.add(() => db.transaction().execute(task)),
    close,
  };
}
