import { randomUUID } from 'node:crypto';
import { PostgresDialect, sql } from 'kysely';
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

/** Any constants. The first advisory lock is held by the one master that runs the boards, as long as it lives. */
const masterLockKey = 7_215_463;
/** The second one is held for the time of one transaction that writes. */
const writeLockKey = 7_215_464;
const channel = 'lavaflow_events';

export interface PostgresOptions {
  /** `exclusive`: as the one master of this database; `shared`: besides it. */
  readonly access: 'exclusive' | 'shared';
  /** Gets the events of other processes. */
  readonly events: EventHub;
  readonly log: Log;
}

/**
 * Opens a PostgreSQL database, which several processes may share: one master, which holds an advisory lock, and any
 * number besides it. Transactions that write run one after the other, whichever process they are of, as on SQLite.
 * @throws ExternalError when it cannot be opened, or another master has it open
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
      // Our own were told when they were committed.
      if (payload.origin !== origin) for (const event of payload.events) events.emit(event);
    },
    onResync: () => {
      events.emit({ kind: 'unknown' });
    },
  });
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 8,
    // A process that stops in the middle of a transaction must not stop all others.
    idle_in_transaction_session_timeout: 60_000,
  });
  pool.on('error', () => undefined);
  return {
    dialect: new PostgresDialect({ pool }),
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
      hint: 'Check DATABASE_URL, and that only one master uses this database.',
      cause: error,
    });
  }
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
