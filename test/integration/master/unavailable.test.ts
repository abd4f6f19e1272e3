/** What clients are told while the database cannot be used: 503, which they may try again, and never 500. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { createServer } from '../../../src/master/api/server.js';
import { createEventHub } from '../../../src/master/events/index.js';
import { createReader } from '../../../src/master/reading/reader.js';
import { createDeviceRenderer } from '../../../src/master/render/device-renderer.js';
import { openStore } from '../../../src/master/store/open-store.js';
import { encodeCall } from '../../../src/xml-rpc/index.js';
import { smallLab } from '../../support/master/core.js';
import { startPostgres } from '../../support/master/postgres.js';
import { startTestMaster } from '../../support/master/running-master.js';
import { requireOrSkip } from '../../support/real-parts.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

it('another program has locked the database file', async () => {
  const master = await startTestMaster();
  const other = new Database(join(master.stateDir, 'master.sqlite'));
  try {
    other.exec('BEGIN IMMEDIATE');
    const refused = await master.apply('r1', smallLab);
    expect(refused).toMatchObject({
      status: 503,
      json: { detail: 'The master cannot handle this request: another program has locked the database.' },
    });
    other.exec('ROLLBACK');
    expect((await master.apply('r1', smallLab)).status).toBe(200);
  } finally {
    other.close();
    await master.stop();
  }
});

it.skipIf(requireOrSkip('postgresql'))('PostgreSQL is gone', async () => {
  const postgres = await startPostgres();
  const store = await openStore({ databaseUrl: await postgres.createDatabase() });
  const reader = createReader();
  const server = createServer({
    ...{ store, reader, log: silent, events: createEventHub(), now: () => new Date() },
    ...{ extraContextVariables: [], renderer: createDeviceRenderer(), version: '1', masterCertificate: '' },
  });
  try {
    // The connection of a transaction is lost between two of its statements.
    const write = store.write(async (tx) => {
      await postgres.stop();
      await sql`select 1`.execute(tx);
    });
    await expect(write).rejects.toMatchObject({ name: 'ExternalError', retry: 'soon' });
    const headers = { host: 'master', authorization: 'Token unknown' };
    const rest = await server.inject({ method: 'GET', url: '/api/v0.2/devices/', headers });
    expect(rest.statusCode).toBe(503);
    expect(rest.json()).toEqual({
      detail: 'The master cannot handle this request: it cannot reach the database of the master.',
    });
    const rpc = await server.inject({
      ...{ method: 'POST', url: '/RPC2', headers: { ...headers, 'content-type': 'text/xml' } },
      payload: encodeCall('scheduler.devices.list', []),
    });
    expect(rpc.statusCode).toBe(503);
  } finally {
    await server.close();
    await reader.stop();
    await store.close();
  }
});
