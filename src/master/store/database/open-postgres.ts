import { randomUUID } from 'node:crypto';
import { PostgresDialect, sql, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { ExternalError, reasonOf, type Log } from '../../../diagnostics/index.js';
import {
  decodePayload,
  encodePayload,
  openPostgresSession,
  type EventHub,
  type PostgresSession,
} from '../../events/index.js';
import type { OpenDatabase } from './open-database.js';

/** An arbitrary constant. The one master that runs the boards holds this advisory lock as long as it runs. */
const masterLockKey = 7_215_463;
/** An arbitrary constant. Each write transaction holds this advisory lock. */
const writeLockKey = 7_215_464;
const channel = 'lavaflow_events';

export interface PostgresOptions {
  /** `exclusive`: for the one master of this database; `shared`: for other processes. */
  readonly access: 'exclusive' | 'shared';
  /** Receives the events of other processes. */
  readonly events: EventHub;
  readonly log: Log;
}

/**
 * Opens a PostgreSQL database, which several processes may share: one master, which holds an advisory lock, and any
 * number of others. As on SQLite, write transactions run one after another, across all processes.
 * @throws ExternalError when the database cannot be opened, or another master uses it
 */
export async function openPostgres(databaseUrl: string, options: PostgresOptions): Promise<OpenDatabase> {
  const { access, events, log } = options;
  const where = withoutCredentials(databaseUrl);
  const origin = randomUUID();
  const session = await openSession(databaseUrl, where, {
    lockKey: access === 'exclusive' ? masterLockKey : null,
    log,
    onPayload: (text) => {
      const payload = decodePayload(text);
      // Our own events were emitted after the commit.
      if (payload.origin !== origin) for (const event of payload.events) events.emit(event);
    },
    onResync: () => {
      events.emit({ kind: 'unknown' });
    },
  });
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 8,
    // A process that hangs in the middle of a transaction must not block all others.
    idle_in_transaction_session_timeout: 60_000,
  });
  pool.on('error', ignore);
  return {
    dialect: new PostgresDialect({ pool: guarded(pool, where) }),
    where,
    async beginWrite(tx) {
      if (session.isLockTaken) throw takenOver(where);
      await sql`select pg_advisory_xact_lock(${writeLockKey})`.execute(tx);
    },
    async announce(tx, told) {
      if (told.length === 0) return;
      await sql`select pg_notify(${channel}, ${encodePayload({ origin, events: told })})`.execute(tx);
    },
    release: () => session.close(),
  };
}

/**
 * PostgreSQL cannot store the character NUL, and refuses the whole statement. Texts of workers may contain it: one test case
 * with such a name would block the log of its worker forever. So NUL becomes U+FFFD.
 *
 * Whatever PostgreSQL does not report about a statement is a failure of the connection to it.
 */
function guarded(pool: pg.Pool, where: string): PostgresPool {
  const reported = async <T>(result: Promise<T>): Promise<T> => {
    try {
      return await result;
    } catch (error) {
      const isOfStatement = error instanceof pg.DatabaseError && !lostConnection.has(error.code ?? '');
      throw isOfStatement || error instanceof TypeError ? error : unreachable(where, error);
    }
  };
  return {
    connect: async () => {
      const client = await reported(pool.connect());
      // Besides the statement, a lost connection fails the client, and an error that nobody listens to ends the process.
      client.on('error', ignore);
      return {
        // Kysely passes a cursor only if it was given a class for cursors.
        query: ((text: string, parameters: readonly unknown[]) =>
          reported(
            client.query(text, parameters.map(withoutNulIn)),
          )) as unknown as PostgresPoolClient['query'],
        release: () => {
          client.off('error', ignore);
          client.release();
        },
      };
    },
    end: () => pool.end(),
  };
}

function ignore(): void {
  // The statements of the connection have failed.
}

function withoutNulIn(parameter: unknown): unknown {
  return typeof parameter === 'string' && parameter.includes('\0')
    ? parameter.replaceAll('\0', '\ufffd')
    : parameter;
}

async function openSession(
  databaseUrl: string,
  where: string,
  options: Omit<Parameters<typeof openPostgresSession>[0], 'databaseUrl' | 'channel'>,
): Promise<PostgresSession> {
  try {
    return await openPostgresSession({ databaseUrl, channel, ...options });
  } catch (error) {
    throw new ExternalError({
      what: 'open the database of the master',
      where,
      why: reasonOf(error),
      retry: 'after-change',
      hint: 'Check DATABASE_URL, and make sure that only one master uses this database.',
      cause: error,
    });
  }
}

/** The server is stopped by an administrator or after a crash, or is starting. */
const lostConnection = new Set(['57P01', '57P02', '57P03']);

function unreachable(where: string, error: unknown): ExternalError {
  return new ExternalError({
    what: 'reach the database of the master',
    where,
    why: reasonOf(error),
    retry: 'soon',
    cause: error,
  });
}

function takenOver(where: string): ExternalError {
  return new ExternalError({
    what: 'write to the database of the master',
    where,
    why: 'another master has taken it over',
    retry: 'after-change',
    hint: 'Stop one of the two masters.',
  });
}

function withoutCredentials(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl);
    return `postgresql://${url.host}${url.pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}
