import { CamelCasePlugin, Kysely, type Transaction } from 'kysely';
import PQueue from 'p-queue';
import { UsageError, type Log } from '../../diagnostics/index.js';
import { createEventHub, type EventHub, type MasterEvent, type Tell } from '../events/index.js';
import { checkSchema, migrate } from './database/migrate.js';
import type { OpenDatabase } from './database/open-database.js';
import { openPostgres } from './database/open-postgres.js';
import { openSqlite } from './database/open-sqlite.js';
import type { Tables } from './database/tables.js';

/** The database or one of its transactions: functions that read accept either. */
export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

export interface Store {
  readonly db: Db;
  /**
   * Runs `task` in a transaction. Across all processes on this database, only one writes at a time, so a task reads
   * what the previous one wrote. When the promise resolves, the changes are on disk and the events that the task
   * recorded are emitted. When it rejects, nothing is written and no event is emitted.
   */
  write<T>(task: (tx: Tx, tell: Tell) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type StoreLocation = { readonly databaseUrl: string } | { readonly file: string };

export interface StoreOptions {
  /**
   * `exclusive` (the default): for the one master of this database, which runs the boards. `shared`: for other
   * processes, on PostgreSQL only.
   */
  readonly access?: 'exclusive' | 'shared';
  /** Receives the events of this process and, on PostgreSQL, of all others. */
  readonly events?: EventHub;
  readonly log?: Log;
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Opens the master's database. The one master creates it if necessary, and updates it to the latest schema.
 * @param location a PostgreSQL URL, or the path of an SQLite file
 * @throws ExternalError when it cannot be opened, another master uses it, or its schema is not up to date
 * @throws UsageError when an SQLite database is opened as `shared`, or its driver is not installed
 */
export async function openStore(location: StoreLocation, options: StoreOptions = {}): Promise<Store> {
  const { access = 'exclusive', events = createEventHub(), log = silent } = options;
  const database = await openDatabase(location, { access, events, log });
  const db = new Kysely<Tables>({ dialect: database.dialect, plugins: [new CamelCasePlugin()] });
  const writers = new PQueue({ concurrency: 1 });
  const close = async () => {
    await writers.onIdle();
    await db.destroy();
    await database.release();
  };
  try {
    await (access === 'exclusive' ? migrate : checkSchema)(db, database.where);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    db,
    write: (task) =>
      writers.add(async () => {
        const told: MasterEvent[] = [];
        const result = await db.transaction().execute(async (tx) => {
          await database.beginWrite(tx);
          const written = await task(tx, (event) => told.push(event));
          await database.announce(tx, told);
          return written;
        });
        for (const event of told) events.emit(event);
        return result;
      }),
    close,
  };
}

async function openDatabase(location: StoreLocation, options: Required<StoreOptions>): Promise<OpenDatabase> {
  if ('databaseUrl' in location) return openPostgres(location.databaseUrl, options);
  if (options.access === 'shared') {
    throw new UsageError(
      'only one process can use an SQLite database',
      'Set DATABASE_URL to the URL of a PostgreSQL database.',
    );
  }
  return openSqlite(location.file);
}
