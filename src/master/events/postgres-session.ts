/**
 * The dedicated connection of a process to PostgreSQL, next to its pool. It receives the events of other processes on
 * the same database. The master that runs the boards also uses it to hold an advisory lock.
 *
 *   connecting --LISTEN, lock--> connected --connection lost--> waiting --back-off--> connecting
 *   connecting --failed--> waiting (the first time: `openPostgresSession` throws)
 *   any --close--> closed
 *
 * After each reconnect `onResync` is called, because notifications were lost while the process was disconnected.
 *
 * The lock, while connected: `held`, or `taken` if another process acquired it while this one was disconnected. A
 * process whose lock is `taken` must not write. It tries to acquire the lock again at each heartbeat.
 */
import pg from 'pg';
import { reasonOf, type Log } from '../../diagnostics/index.js';

export interface PostgresSessionOptions {
  readonly databaseUrl: string;
  /** The channel to listen on; an SQL identifier. */
  readonly channel: string;
  /** The key of the advisory lock to hold; null for none. */
  readonly lockKey: number | null;
  readonly log: Log;
  readonly onPayload: (payload: string) => void;
  /** Called when notifications may have been missed. */
  readonly onResync: () => void;
  /** The interval at which the connection is tested, in milliseconds; default: 10 s. */
  readonly heartbeatMs?: number;
}

export interface PostgresSession {
  /** Whether another process has acquired the lock that this one should hold. */
  readonly isLockTaken: boolean;
  close(): Promise<void>;
}

/** The name of the connection in `pg_stat_activity`. */
const sessionName = 'lavaflow-events';

const firstRetryMs = 100;
const longestRetryMs = 10_000;
/** The time limit for connecting and for every query of this connection. */
const patienceMs = 10_000;
/** With these settings, the server frees the lock of a machine that has vanished after a minute instead of hours. */
const serverKeepAlive =
  'set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3';

/**
 * Connects, listens, and acquires the lock if one is requested.
 * @throws Error when the database cannot be reached, or another process holds the lock
 */
export async function openPostgresSession(options: PostgresSessionOptions): Promise<PostgresSession> {
  const session = new Session(options);
  await session.open();
  return session;
}

class Session implements PostgresSession {
  readonly #options: PostgresSessionOptions;
  /** Null while disconnected. */
  #client: pg.Client | null = null;
  #isClosed = false;
  #isLockHeld = false;
  #retryMs = firstRetryMs;
  #retryTimer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: PostgresSessionOptions) {
    this.#options = options;
  }

  get isLockTaken(): boolean {
    return this.#options.lockKey !== null && this.#client !== null && !this.#isLockHeld;
  }

  async open(): Promise<void> {
    await this.#connect();
    if (this.isLockTaken) {
      await this.close();
      throw new Error('another master uses it');
    }
    this.#heartbeat = setInterval(() => void this.#beat(), this.#options.heartbeatMs ?? 10_000);
    this.#heartbeat.unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#retryTimer);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const { databaseUrl, channel, onPayload } = this.#options;
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: sessionName,
      keepAlive: true,
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
    });
    // Every error is followed by 'end'.
    client.on('error', () => undefined);
    client.on('end', () => {
      this.#lost(client);
    });
    client.on('notification', ({ payload }) => {
      onPayload(payload ?? '');
    });
    try {
      await client.connect();
      await client.query(serverKeepAlive);
      await client.query(`listen ${channel}`);
      this.#isLockHeld = await this.#tryLock(client);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    if (this.#isClosed) await client.end().catch(() => undefined);
    else this.#client = client;
  }

  async #tryLock(client: pg.Client): Promise<boolean> {
    const { lockKey } = this.#options;
    if (lockKey === null) return false;
    const query = 'select pg_try_advisory_lock($1) as held';
    const { rows } = await client.query<{ held: boolean }>(query, [lockKey]);
    return rows[0]?.held === true;
  }

  /** The connection is lost or does not respond. */
  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    client.end().catch(() => undefined);
    this.#options.log.warn({}, 'the connection for events was lost; reconnecting');
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    this.#retryTimer = setTimeout(() => void this.#reconnect(), this.#retryMs);
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs);
  }

  async #reconnect(): Promise<void> {
    const { log, onResync } = this.#options;
    try {
      await this.#connect();
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'the connection for events could not be opened; trying again');
      this.#retryLater();
      return;
    }
    if (this.#isClosed) return;
    this.#retryMs = firstRetryMs;
    if (this.isLockTaken)
      log.error({}, 'another master has taken over the database; this one rejects all writes');
    else log.info({}, 'the connection for events is restored');
    onResync();
  }

  /** Detects a connection that died silently, and tries to acquire a lost lock again. */
  async #beat(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    try {
      if (!this.isLockTaken) {
        await client.query('select 1');
        return;
      }
      this.#isLockHeld = await this.#tryLock(client);
      if (!this.#isLockHeld) return;
      this.#options.log.info({}, 'the database is free again; writes resume');
      this.#options.onResync();
    } catch {
      this.#lost(client);
    }
  }
}
