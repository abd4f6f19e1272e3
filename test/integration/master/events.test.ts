/** Several processes on one PostgreSQL database: each receives every event of the others exactly once. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { curveKeyPair } from 'zeromq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MasterContext } from '../../../src/master/context.js';
import {
  createEventHub,
  openPostgresSession,
  type EventHub,
  type MasterEvent,
} from '../../../src/master/events/index.js';
import { submitJob } from '../../../src/master/jobs/submit.js';
import { createReader } from '../../../src/master/reading/reader.js';
import { nextId } from '../../../src/master/store/database/counters.js';
import { findJob } from '../../../src/master/store/jobs/jobs.js';
import { openStore, type Store } from '../../../src/master/store/open-store.js';
import { definition, smallLab, startCore, type Core } from '../../support/master/core.js';
import { startPostgres, type PostgresServer } from '../../support/master/postgres.js';
import { WireClient } from '../../support/master/wire-client.js';
import { startKillable, type Killable } from '../../support/processes/killable.js';
import { requireOrSkip } from '../../support/real-parts.js';
import { slowness } from '../../support/clocks.js';
import { until } from '../../support/until.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const masterLockKey = 7_215_463;

/** Of another process. Small jobs need no threads, so nothing has to be stopped. */
function contextOf(store: Store, events: EventHub): MasterContext {
  return {
    store,
    events,
    reader: createReader(),
    log: silent,
    now: () => new Date(),
    extraContextVariables: [],
  };
}

describe.skipIf(requireOrSkip('postgresql') !== null)('on one PostgreSQL database', () => {
  let server: PostgresServer;
  let databaseUrl: string;
  let closers: (() => Promise<unknown>)[];

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    databaseUrl = await server.createDatabase();
    closers = [];
  });
  afterEach(async () => {
    for (const close of closers.reverse()) await close();
  });

  async function sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Terminates the connections for events of all processes, or of the one that holds the lock. */
  async function cutEvents(which: 'all' | 'holder' | 'others'): Promise<number> {
    const holder = `exists (select from pg_locks where locktype = 'advisory' and objid = ${masterLockKey}
      and granted and pg_locks.pid = pg_stat_activity.pid)`;
    const condition = { all: 'true', holder, others: `not ${holder}` }[which];
    const rows = await sql(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'lavaflow-events' and datname = current_database() and ${condition}`,
    );
    return rows.length;
  }

  async function core(): Promise<Core> {
    const started = await startCore({ databaseUrl });
    closers.push(() => started.stop());
    return started;
  }

  function tellOf(store: Store, event: MasterEvent): Promise<void> {
    return store.write((_tx, tell) => {
      tell(event);
      return Promise.resolve();
    });
  }

  async function besides(): Promise<{ store: Store; heard: MasterEvent[] }> {
    const events = createEventHub();
    const heard: MasterEvent[] = [];
    events.subscribe((event) => heard.push(event));
    const store = await openStore({ databaseUrl }, { access: 'shared', events });
    closers.push(() => store.close());
    return { store, heard };
  }

  test('each process receives an event once', async () => {
    const { context } = await core();
    const own: MasterEvent[] = [];
    context.events.subscribe((event) => own.push(event));
    const other = await besides();
    const third = await besides();
    const event = { kind: 'device', hostname: 'd' } as const;
    await tellOf(other.store, event);
    expect(other.heard).toEqual([event]);
    await until('heard', () => own.length === 1 && third.heard.length === 1);
    await tellOf(context.store, { ...event, hostname: 'e' });
    await until('heard back', () => other.heard.length === 2 && third.heard.length === 2);
    const both = ['d', 'e'].map((hostname) => ({ kind: 'device', hostname }));
    expect([own, other.heard, third.heard]).toEqual([both, both, both]);
  });

  test('a rolled-back transaction does not emit events', async () => {
    const { context } = await core();
    const other = await besides();
    const write = context.store.write((_tx, tell) => {
      tell({ kind: 'device', hostname: 'rolled-back' });
      return Promise.reject(new Error('no'));
    });
    await expect(write).rejects.toThrow('no');
    await tellOf(context.store, { kind: 'device', hostname: 'kept' });
    await until('heard', () => other.heard.length > 0);
    expect(other.heard).toEqual([{ kind: 'device', hostname: 'kept' }]);
  });

  test('a job that another process stored is scheduled immediately', async () => {
    const master = await core();
    await master.apply(smallLab);
    await master.host.workerSeen('w1', null);
    const read: Promise<unknown>[] = [];
    master.context.events.subscribe((event) => {
      if (event.kind === 'job') read.push(findJob(master.context.store.db, event.id));
    });
    const other = await besides();
    const events = createEventHub();
    const job = await submitJob(contextOf(other.store, events), definition, 'x');
    expect(job).toEqual({ ok: true, id: 1 });
    const db = other.store.db;
    await until('scheduled', async () => (await findJob(db, 1))?.state === 'Scheduled', 5000 * slowness());
    await until('heard of it', () =>
      other.heard.some((event) => event.kind === 'job' && event.worker === 'w1'),
    );
    // The data was visible when the event arrived.
    expect(await read[0]).toMatchObject({ id: 1 });
  });

  test('after an interruption everything is checked, and events arrive again', async () => {
    const master = await core();
    await master.apply(smallLab);
    await master.host.workerSeen('w1', null);
    await master.settled();
    const other = await besides();
    const context = contextOf(other.store, createEventHub());
    expect(await cutEvents('all')).toBe(2);
    // No process receives this event: the connections for events are closed.
    await submitJob(context, definition, 'x');
    await until('scheduled', async () => (await findJob(other.store.db, 1))?.state === 'Scheduled');
    await until('resynchronized', () => other.heard.some(({ kind }) => kind === 'unknown'));
    const before = other.heard.length;
    await tellOf(master.context.store, { kind: 'device', hostname: 'd' });
    await until('heard again', () => other.heard.length > before);
  });

  test('processes write one after another: none reads data that another is about to change', async () => {
    const stores = [(await core()).context.store, (await besides()).store, (await besides()).store];
    const ids = await Promise.all(
      stores.flatMap((store) => Array.from({ length: 20 }, () => store.write((tx) => nextId(tx, 'jobs')))),
    );
    expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  test('only the master migrates: other processes fail before that', async () => {
    const early = openStore({ databaseUrl }, { access: 'shared' });
    await expect(early).rejects.toThrow(/its schema is not up to date/);
    await core();
    await besides();
  });

  test('a master that was replaced by another one while it was disconnected no longer writes', async () => {
    const store = await openStore({ databaseUrl });
    closers.push(() => store.close());
    // Waits for the lock, so it gets it before the master can acquire it again.
    const rival = new pg.Client({ connectionString: databaseUrl });
    await rival.connect();
    closers.push(() => rival.end());
    const waits = rival.query('select pg_advisory_lock($1)', [masterLockKey]);
    await until('the rival waits', async () => {
      const rows = await sql('select from pg_locks where not granted and objid = $1', [masterLockKey]);
      return rows.length === 1;
    });
    expect(await cutEvents('holder')).toBe(1);
    await waits;
    const write = () => store.write(() => Promise.resolve('written'));
    await until('refused', () =>
      write().then(
        () => false,
        (error: unknown) => String(error).includes('another master has taken it over'),
      ),
    );
  });

  test('a lock that is free again is acquired again, and everything is checked', async () => {
    let resyncs = 0;
    const session = await openPostgresSession({
      ...{ databaseUrl, channel: 'c', lockKey: 5, log: silent, heartbeatMs: 50 },
      onPayload: () => undefined,
      onResync: () => (resyncs += 1),
    });
    closers.push(() => session.close());
    const rival = new pg.Client({ connectionString: databaseUrl });
    await rival.connect();
    const waits = rival.query('select pg_advisory_lock(5)');
    await until('the rival waits', async () => {
      return (await sql('select from pg_locks where not granted and objid = 5')).length === 1;
    });
    await sql(`select pg_terminate_backend(pid) from pg_locks where granted and objid = 5`);
    await waits;
    await until('taken', () => session.isLockTaken);
    await rival.end();
    await until('held again', () => !session.isLockTaken && resyncs === 2);
  });

  describe('a master and an API in separate processes', () => {
    const program = (start: 'startMaster' | 'startApi') => `
const options = JSON.parse(process.argv[2]);
const master = await import(options.dist + '/master/index.js');
const port = { host: '127.0.0.1', port: 0 };
const say = (fields, message) => console.error(message, fields);
const log = { info: say, warn: say, error: say };
const { stop, ...ready } = await master.${start}({ ...options, http: port, control: port, logs: port, log });
console.log(JSON.stringify(ready));
`;
    const keys = curveKeyPair();
    let directory: string;
    let master: Killable;
    let api: Killable;
    let worker: WireClient;

    beforeEach(async () => {
      directory = mkdtempSync(join(tmpdir(), 'lavaflow-events-'));
      closers.push(() => rm(directory, { recursive: true, force: true }));
      const options = { stateDir: join(directory, 'state'), databaseUrl };
      master = await startKillable(directory, 'master', program('startMaster'), options);
      closers.push(() => master.kill());
      api = await startKillable(directory, 'api', program('startApi'), options);
      closers.push(() => api.kill());
    });

    async function call(method: string, path: string, role: 'admin' | 'reconciler', body?: unknown) {
      const token = readFileSync(String(master.ready[`${role}TokenFile`]), 'utf8').trim();
      return fetch(`${String(api.ready['url'])}${path}`, {
        method,
        headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    }

    test('requests to the API reach the workers of the master immediately', async () => {
      const port = (name: string) => Number(new URL(String(master.ready[name])).port);
      const text = readFileSync(String(master.ready['certificateFile']), 'utf8');
      const masterKey = /public-key = "(.*)"/.exec(text)?.[1] ?? '';
      worker = new WireClient('w1', keys, masterKey, port('controlEndpoint'), port('logEndpoint'));
      closers.push(() => {
        worker.close();
        return Promise.resolve();
      });
      await worker.hello();
      const certificate = `metadata\ncurve\n    public-key = "${keys.publicKey}"\n`;
      const changes = smallLab.map((change) =>
        change.kind === 'worker' ? { ...change, fields: { certificate } } : change,
      );
      const revision = { repository: 'lab', revision: 'r1', fingerprint: 'f1', changes };
      const applied = await call('POST', '/api/lavaflow/v1/revisions', 'reconciler', revision);
      expect(applied.status).toBe(200);
      // The worker waits for admission: its certificate was applied through the other process.
      await until('HELLO_OK', () => worker.has('HELLO_OK'), 5000 * slowness());
      expect((await call('POST', '/api/v0.2/jobs/', 'admin', { definition })).status).toBe(201);
      await until('START', () => worker.has('START', '1'), 5000 * slowness());
      await worker.send({ action: 'START_OK', jobId: 1 });
      await call('GET', '/api/v0.2/jobs/1/cancel/', 'admin');
      await until('CANCEL', () => worker.has('CANCEL', '1'), 5000 * slowness());
    });
  });
});
