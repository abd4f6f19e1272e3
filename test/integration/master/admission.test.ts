/** What one client can do to all others: nothing. With real HTTP clients, unless a budget has to be small. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listen, proxiesAmong } from '../../../src/net/index.js';
import { createServer } from '../../../src/master/api/server.js';
import { createDeviceRenderer } from '../../../src/master/render/device-renderer.js';
import { decodeResponse, encodeCall, faultCodes, type XmlRpcResult } from '../../../src/xml-rpc/index.js';
import { definition, smallLab, startCore, type Core } from '../../support/master/core.js';
import { sqliteDatabases, type Databases } from '../../support/master/databases.js';
import { startTestMaster, type TestMaster } from '../../support/master/running-master.js';
import { slowness } from '../../support/clocks.js';

const MiB = 1024 * 1024;
let master: TestMaster;

beforeAll(async () => {
  master = await startTestMaster();
  expect((await master.apply('r1', smallLab)).status).toBe(200);
});
afterAll(() => master.stop());

/** The start of the response to a request of which only the head is sent. */
async function answerToHead(...head: string[]): Promise<string> {
  const { hostname, port } = new URL(master.url);
  const socket: Socket = connect(Number(port), hostname);
  try {
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    const [data] = (await once(socket, 'data')) as [Buffer];
    return data.toString();
  } finally {
    socket.destroy();
  }
}

const basic = (token: string) => `Basic ${Buffer.from(`admin:${token}`).toString('base64')}`;

async function rpc(token: string | null, body: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${master.url}/RPC2`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml', ...(token === null ? {} : { authorization: basic(token) }) },
    body,
  });
  return { status: response.status, text: await response.text() };
}

async function call(token: string | null, method: string, ...params: unknown[]): Promise<XmlRpcResult> {
  return decodeResponse((await rpc(token, encodeCall(method, params as never))).text);
}

describe('before the body is read', () => {
  const long = `Content-Length: ${31 * MiB}`;

  test.each([
    ['POST /RPC2', 413],
    ['POST /api/v0.2/jobs/validate/', 413],
    ['POST /api/v0.2/jobs/', 403],
    ['POST /api/v0.2/jobs/1/resubmit/', 403],
    ['POST /api/v0.2/devices/sim-1/set_health/', 403],
    ['PATCH /api/v0.2/devices/sim-1/', 403],
    ['PUT /api/v0.2/workers/w1/', 403],
    ['POST /api/lavaflow/v1/revisions', 403],
  ])('%s of a client without a token: %i', async (request, status) => {
    const answer = await answerToHead(`${request} HTTP/1.1`, 'Host: master', 'Content-Type: text/xml', long);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test.each([
    ['POST /RPC2', 401],
    ['POST /api/v0.2/jobs/validate/', 403],
    ['POST /api/v0.2/jobs/', 403],
    ['POST /api/lavaflow/v1/revisions', 403],
    ['GET /api/v0.2/system/version/', 403],
    ['POST /nowhere', 403],
  ])('%s with a wrong token: %i', async (request, status) => {
    const token = 'Authorization: Token wrong';
    const answer = await answerToHead(`${request} HTTP/1.1`, 'Host: master', token, long);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test.each([
    ['POST /RPC2', 'text/xml', 4, () => basic(master.admin)],
    ['POST /api/v0.2/jobs/', 'application/json', 4, () => `Token ${master.admin}`],
    ['POST /api/lavaflow/v1/revisions', 'application/json', 64, () => `Token ${master.reconciler}`],
  ])('%s with a token and more than its limit: 413', async (request, type, limitMiB, authorization) => {
    const answer = await answerToHead(
      `${request} HTTP/1.1`,
      'Host: master',
      `Content-Type: ${type}`,
      `Authorization: ${authorization()}`,
      `Content-Length: ${limitMiB * MiB + 1}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  test('a body of unknown length needs a token', async () => {
    const head = [
      'POST /RPC2 HTTP/1.1',
      'Host: master',
      'Content-Type: text/xml',
      'Transfer-Encoding: chunked',
    ];
    expect(await answerToHead(...head)).toMatch(/^HTTP\/1.1 411 /);
  });

  test.each(['a b', 'a:b', '[', 'a/../b%', 'a:99999'])('a bad Host header is 400: %s', async (host) => {
    const list = 'GET /api/v0.2/devices/ HTTP/1.1';
    const token = `Authorization: Token ${master.admin}`;
    expect(await answerToHead(list, `Host: ${host}`, token)).toMatch(/^HTTP\/1.1 400 /);
  });

  test('an old client may omit the Host header', async () => {
    const token = `Authorization: Token ${master.admin}`;
    const answer = await answerToHead('GET /api/v0.2/devices/?limit=1 HTTP/1.0', token);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('a client without a token', () => {
  test('may validate a job, and read the version', async () => {
    expect(await call(null, 'scheduler.jobs.validate', definition)).toEqual({ ok: true, value: {} });
    const answer = await master.call('POST', '/api/v0.2/jobs/validate/', null, { definition });
    expect(answer.json).toEqual({ message: 'Job valid.' });
  });

  test('may send 20 calls at once', async () => {
    const calls = (count: number) =>
      Array.from({ length: count }, () => ({ methodName: 'scheduler.jobs.validate', params: [definition] }));
    const answer = await call(null, 'system.multicall', calls(20));
    expect(answer.ok ? answer.value : null).toEqual(Array(20).fill([{}]));
    expect(await call(null, 'system.multicall', calls(60))).toMatchObject({
      ok: false,
      fault: { message: expect.stringContaining('at most 20 calls without a token') as string },
    });
  });
});

describe('a call', () => {
  test.each([
    [100, 404],
    [101, 400],
  ])('as a form with %i fields: %i', async (count, status) => {
    const response = await fetch(`${master.url}/api/v0.2/jobs/999/resubmit/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Token ${master.admin}`,
      },
      body: Array.from({ length: count }, (_, index) => `f${index}=1`).join('&'),
    });
    expect(response.status).toBe(status);
  });

  test('with more than 10,000 calls in it is rejected', async () => {
    const calls = Array.from({ length: 10_001 }, () => 1);
    expect(await call(master.admin, 'system.multicall', calls)).toMatchObject({
      ok: false,
      fault: { message: 'system.multicall accepts at most 10000 calls' },
    });
  });

  test('with too many values is rejected', async () => {
    const many = Array.from({ length: 60_000 }, () => 1);
    expect(await call(master.admin, 'system.multicall', many)).toMatchObject({
      ok: false,
      fault: { message: expect.stringContaining('more than 50000 values') as string },
    });
  });

  test('that is large is read as one that is small', async () => {
    const params = ['x'.repeat(100_000), true];
    const plain = encodeCall('scheduler.jobs.validate', params);
    const other = plain.replace('<params>', '<!-- not plain --><params>');
    const [first, second] = [await rpc(master.admin, plain), await rpc(master.admin, other)];
    expect(decodeResponse(first.text)).toMatchObject({ ok: true, value: { path: '' } });
    expect(second).toEqual(first);
    const broken = await rpc(master.admin, plain.slice(0, -20));
    expect(decodeResponse(broken.text)).toMatchObject({ ok: false, fault: { code: -32700 } });
  });
});

/** The worst texts that we know: for each, the work is far more than the size. */
const worst = {
  aliases: `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from(
    { length: 4 },
    (_, at) => `a${at + 1}: &a${at + 1} [${Array(20).fill(`*a${at}`).join(', ')}]\n`,
  ).join('')}`,
  keys: Array.from({ length: 90_000 }, (_, index) => `k${index}: [1]`).join('\n'),
  brackets: '[ '.repeat(MiB / 2 - 10),
};

/** The time that this process's main thread has computed, in milliseconds: independent of what else the machine does. */
function computedMs(): number {
  const [runNs = '0'] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(runNs) / 1e6;
}

/** Measures how long the event loop computes at most before it looks for requests again. */
function watchLoop() {
  let lastMs = computedMs();
  let longestMs = 0;
  let immediate: NodeJS.Immediate;
  function turn(): void {
    const nowMs = computedMs();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    immediate = setImmediate(turn);
  }
  turn();
  return {
    stop() {
      clearImmediate(immediate);
      return longestMs;
    },
  };
}

test('while one client does its worst, others are answered', async () => {
  const evil = new AbortController();
  const attacks = Object.values(worst).flatMap((text) => [
    encodeCall('scheduler.jobs.validate', [text]),
    encodeCall('scheduler.jobs.validate', [text]).replace('<params>', '<!-- --><params>'),
    encodeCall('scheduler.submit_job', [text]),
  ]);
  const answers: XmlRpcResult[] = [];
  const busy = attacks.map(async (body) => {
    const headers = { 'content-type': 'text/xml', authorization: basic(master.admin) };
    const request = { method: 'POST', headers, body, signal: evil.signal };
    for (;;) answers.push(decodeResponse(await (await fetch(`${master.url}/RPC2`, request)).text()));
  });
  const ended = Promise.allSettled(busy);
  const loop = watchLoop();
  for (let at = 0; at < 60; at += 1) {
    const answer = await master.call('GET', '/api/v0.2/devices/', master.reconciler);
    expect(answer.status).toBe(200);
  }
  const longestMs = loop.stop();
  await expect.poll(() => answers.length).toBeGreaterThan(2);
  evil.abort();
  await ended;
  // The texts were read, in threads: without them, the master reports that it failed.
  const failed = answers.filter((answer) => !answer.ok && answer.fault.code === faultCodes.internal);
  expect(failed).toEqual([]);
  // Each of these texts stopped the master for seconds. The clients of this test run in the same thread.
  expect(longestMs).toBeLessThan(400 * slowness());
  // A small job is not kept waiting either.
  const answer = await master.call('POST', '/api/v0.2/jobs/validate/', null, { definition });
  expect(answer.json).toEqual({ message: 'Job valid.' });
});

test('a large revision does not stop the master while it is read', async () => {
  const text = 'x'.repeat(200);
  const changes: object[] = Array.from({ length: 100_000 }, (_, index) => ({
    ...{ verb: 'create', kind: 'tag', name: `t${index}`, fields: { text } },
  }));
  const env = worst.brackets.slice(0, MiB / 16);
  const workers = [1, 2].map((index) => ({
    ...{ verb: 'create', kind: 'worker', name: `bad-${index}`, fields: { env } },
  }));
  async function apply(
    some: readonly object[],
  ): Promise<{ status: number; text: string; longestMs: number }> {
    const names = { repository: 'lab', revision: 'large', fingerprint: 'large' };
    const body = Buffer.from(JSON.stringify({ ...names, changes: some }));
    const loop = watchLoop();
    const headers = { 'content-type': 'application/json', authorization: `Token ${master.reconciler}` };
    const answer = await fetch(`${master.url}/api/lavaflow/v1/revisions`, { method: 'POST', headers, body });
    const read = await answer.text();
    return { status: answer.status, text: read, longestMs: loop.stop() };
  }
  const kinds = await apply(changes);
  expect(kinds).toMatchObject({
    status: 422,
    text: expect.stringContaining('kind must be one of') as string,
  });
  const yaml = await apply(workers);
  expect(yaml).toMatchObject({ status: 422, text: expect.stringContaining('env is not YAML') as string });
  expect(Math.max(kinds.longestMs, yaml.longestMs)).toBeLessThan(400 * slowness());
});

test('a large job is scheduled', async () => {
  const large = `${definition}\n# ${'a comment '.repeat(5000)}\n`;
  const answer = await master.call('POST', '/api/v0.2/jobs/', master.admin, { definition: large });
  expect(answer.status).toBe(201);
});

describe('a server without sockets', () => {
  let databases: Databases;
  let core: Core;
  beforeEach(async () => {
    databases = await sqliteDatabases();
    core = await startCore(await databases.create());
  });
  afterEach(async () => {
    await core.stop();
    await databases.stop();
  });

  test('names a resource that is used up', async () => {
    const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const server = createServer({
      ...core.context,
      log,
      reader: { ...core.context.reader, definition: () => Promise.reject(full) },
      renderer: createDeviceRenderer(),
      version: '1',
      masterCertificate: '',
    });
    try {
      const rest = await server.inject({
        ...{ method: 'POST', url: '/api/v0.2/jobs/validate/', headers: { host: 'master' } },
        payload: { definition },
      });
      expect(rest.statusCode).toBe(503);
      expect(rest.json()).toEqual({
        detail: 'The master cannot handle this request: no space left on the disk.',
      });
      const rpc = await server.inject({
        ...{ method: 'POST', url: '/RPC2', headers: { host: 'master', 'content-type': 'text/xml' } },
        payload: encodeCall('scheduler.jobs.validate', [definition]),
      });
      expect(decodeResponse(rpc.payload)).toEqual({
        ok: false,
        fault: { code: 503, message: 'The master cannot execute this call: no space left on the disk.' },
      });
    } finally {
      await server.close();
    }
  });

  test('limits the rate of a client: 429 with Retry-After, and no other client notices', async () => {
    const budget = { most: 5, perSecond: 0.001 };
    const server = createServer({
      ...core.context,
      renderer: createDeviceRenderer(),
      version: '1',
      masterCertificate: '',
      budgets: { guest: budget, user: budget },
      isProxy: proxiesAmong(['10.1.0.0/16']),
    });
    const ask = (remoteAddress: string, url = '/api/v0.2/system/version/') =>
      server.inject({ url, remoteAddress, headers: { host: 'master' } });
    try {
      const statuses: number[] = [];
      for (let at = 0; at < 7; at += 1) statuses.push((await ask('10.0.0.1')).statusCode);
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
      const refused = await ask('10.0.0.1', '/nowhere');
      expect(refused.statusCode).toBe(429);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect((await ask('10.0.0.2')).statusCode).toBe(200);
      // A proxy on this machine names its clients; nobody else can.
      const forwarded = (remoteAddress: string, client: string) =>
        server.inject({
          url: '/api/v0.2/system/version/',
          remoteAddress,
          headers: { host: 'master', 'x-forwarded-for': client },
        });
      expect((await forwarded('127.0.0.1', '10.0.0.1')).statusCode).toBe(429);
      expect((await forwarded('10.0.0.1', '10.0.0.9')).statusCode).toBe(429);
      expect((await forwarded('127.0.0.1', '10.0.0.9')).statusCode).toBe(200);
      // Unless the operator trusts it.
      expect((await forwarded('10.1.0.7', '10.0.0.1')).statusCode).toBe(429);
    } finally {
      await server.close();
    }
  });

  test.each([
    ['the response', { characters: 1, ms: 60_000 }, [['1'], 413, 413]],
    ['the time', { characters: 1_000_000, ms: -1 }, [413, 413, 413]],
    ['neither', { characters: 1_000_000, ms: 60_000 }, [['1'], ['1'], ['1']]],
  ])('limits %s of a system.multicall', async (_what, multicallLimits, expected) => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const server = createServer({
      ...core.context,
      log,
      renderer: createDeviceRenderer(),
      version: '1',
      masterCertificate: '',
      multicallLimits,
    });
    try {
      const calls = Array.from({ length: 3 }, () => ({ methodName: 'system.version', params: [] }));
      const answer = await server.inject({
        ...{ method: 'POST', url: '/RPC2', headers: { host: 'master', 'content-type': 'text/xml' } },
        payload: encodeCall('system.multicall', [calls]),
      });
      const read = decodeResponse(answer.payload);
      const values = (read.ok ? read.value : []) as (readonly unknown[] | { faultCode: number })[];
      expect(values.map((value) => ('faultCode' in value ? value.faultCode : value))).toEqual(expected);
    } finally {
      await server.close();
    }
  });

  test('limits the connections of an address, but not those of a proxy, and of all clients', async () => {
    const said: unknown[] = [];
    const log = {
      info: () => undefined,
      warn: (fields: unknown) => said.push(fields),
      error: () => undefined,
    };
    const server = createServer({
      ...core.context,
      log,
      renderer: createDeviceRenderer(),
      version: '1',
      masterCertificate: '',
      connectionLimits: { all: 30, perAddress: 10 },
    });
    const { port } = new URL(await listen(server, { host: '127.0.0.1', port: 0 }, 'the API'));
    const sockets: Socket[] = [];
    const open = (count: number, localAddress: string) =>
      Array.from({ length: count }, () => {
        const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress });
        sockets.push(socket);
        return socket.on('error', () => undefined).resume();
      });
    const closed = (some: readonly Socket[]) => some.filter((socket) => socket.closed).length;
    try {
      const flood = open(25, '127.0.0.2');
      await expect.poll(() => closed(flood)).toBe(15);
      const proxied = open(20, '127.0.0.1');
      const others = open(5, '127.0.0.3');
      await expect.poll(() => closed(others)).toBe(5);
      expect([closed(flood), closed(proxied)]).toEqual([15, 0]);
      expect(said).toEqual([{ address: '127.0.0.2' }, {}]);
      for (const socket of proxied) socket.destroy();
      await expect.poll(() => closed(open(1, '127.0.0.3'))).toBe(0);
      const answer = await fetch(`http://127.0.0.1:${port}/api/v0.2/system/version/`);
      expect(answer.status).toBe(200);
    } finally {
      for (const socket of sockets) socket.destroy();
      await server.close();
    }
  });
});
