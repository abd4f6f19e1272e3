import type Database from 'better-sqlite3';
import { SqliteDialect } from 'kysely';
import { ExternalError, localFailure } from '../../../diagnostics/index.js';
import { hasCode } from '../../../host/index.js';
import { prepareFile } from './prepare-file.js';
import { loadSqlite } from './load-sqlite.js';
import type { OpenDatabase } from './open-database.js';

const busyTimeoutMs = 5_000;

/**
 * Opens an SQLite file. To allow only one master per database, a second file, `<file>.lock`, is locked while the master
 * runs; the kernel frees the lock when the process dies. If the file is a symbolic link, everything concerns its target.
 * All files are readable by their owner only.
 * @throws UsageError when better-sqlite3 is not installed
 * @throws ExternalError when the file cannot be opened
 */
export async function openSqlite(name: string): Promise<OpenDatabase> {
  const Sqlite = await loadSqlite();
  const file = prepare(name);
  const lock = holdLock(Sqlite, `${file}.lock`, file);
  try {
    const database = new Sqlite(file, { timeout: busyTimeoutMs });
    database.pragma('journal_mode = WAL');
    // In WAL mode, only FULL waits for the disk at every commit; whatever was acknowledged must survive a power cut.
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    // SQLite's own lower() converts only ASCII; PostgreSQL's converts all letters.
    database.function('lower', { deterministic: true }, (value: unknown) =>
      typeof value === 'string' ? value.toLowerCase() : value,
    );
    return {
      dialect: new SqliteDialect({ database }),
      where: file,
      // The lock excludes other processes, and SQLite serializes the writes of its connections.
      beginWrite: () => Promise.resolve(),
      announce: () => Promise.resolve(),
      release: () => {
        lock.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    lock.close();
    throw cannotOpen(file, error);
  }
}

function prepare(name: string): string {
  try {
    return prepareFile(name);
  } catch (error) {
    throw cannotOpen(name, error);
  }
}

function holdLock(Sqlite: typeof Database, lockFile: string, file: string): Database.Database {
  let lock: Database.Database;
  try {
    lock = new Sqlite(lockFile, { timeout: 1_000 });
  } catch (error) {
    throw cannotOpen(file, error);
  }
  try {
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (!hasCode(error, 'SQLITE_BUSY')) throw cannotOpen(file, error);
    // Without the cause, which would be reported as a lock of any program.
    throw new ExternalError({
      what: 'open the database of the master',
      where: file,
      why: 'another master uses it',
      retry: 'after-change',
      hint: 'Stop the other master, or use another state directory for this one.',
    });
  }
}

function cannotOpen(file: string, error: unknown): ExternalError {
  return localFailure(error, 'open the database of the master', file);
}
