/** What strangers can do to the controller's port: nothing that others notice. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, test } from 'vitest';

import {
  startStatusServer,
  type StatusServer,
  type StatusServerOptions,
} from '../../../src/telemetry/index.js';
import { controllerStatus } from '../../support/status.js';

let server: StatusServer | null = null;
const sockets: Socket[] = [];
const logged: string[] = [];
let pages = 0;

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.stop();
  server = null;
  logged.splice(0);
  pages = 0;
});

function note(_: object, text: string): void {
  logged.push(text);
}

async function start(options: Partial<StatusServerOptions> = {}): Promise<void> {
  const status = controllerStatus();
  server = await startStatusServer({
    listen: { host: '127.0.0.1', port: 0 },
    // A new value each time, as with incidents.
    status: () => ({ ...status }),
    page: {
      format() {
        pages += 1;
        return 'x'.repeat(100_000);
      },
      version: () => 'one',
      files: { '/status.css': { type: 'text/css', text: 'p{}' } },
    },
    webhook: { receive: (_headers, body) => Promise.resolve(body === '{}' ? 'accepted' : 'refused') },
    log: { info: note, warn: note, error: note },
    now: () => new Date('2026-01-31T12:01:00.000Z'),
    ...options,
  });
}

/** A connection from an address of this machine, and everything that the server sends on it. */
function open(from = '127.0.0.1') {
  const { port } = new URL(server?.url ?? '');
  const socket = connect({ host: '127.0.0.1', port: Number(port), localAddress: from });
  sockets.push(socket);
  let text = '';
  socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
  socket.on('error', () => undefined);
  return {
    socket,
    send: (...lines: string[]) => socket.write(`${lines.join('\r\n')}\r\n\r\n`),
    text: () => text,
    received: (part: string | RegExp) =>
      expect.poll(() => text, { interval: 5 }).toEqual(expect.stringMatching(part) as unknown),
    /** Everything, once the server has closed the connection. */
    rest: async (): Promise<string> => {
      if (!socket.closed) await once(socket, 'close');
      return text;
    },
  };
}

const get = (path: string, init?: RequestInit) => fetch(`${server?.url ?? ''}${path}`, init);

describe('slow clients', () => {
  const limits = { requestTimeoutMs: 300, idleTimeoutMs: 10_000 };

  it.each([
    ['nothing', []],
    ['part of the headers', ['GET / HTTP/1.1', 'host: x']],
    ['part of the body', ['POST /webhook HTTP/1.1', 'host: x', 'content-length: 100000', '', '{']],
  ])('are disconnected if they send only %s, even one byte after the other', async (_, lines) => {
    await start({ limits });
    const { socket, rest } = open();
    socket.write(lines.join('\r\n'));
    const drip = setInterval(() => socket.write('a'), 20);
    try {
      expect((await get('/healthz')).status).toBe(200);
      expect(await rest()).toMatch(/^HTTP\/1.1 (408|400) /);
    } finally {
      clearInterval(drip);
    }
  });

  it('are disconnected if nothing happens between two requests', async () => {
    await start({ limits: { idleTimeoutMs: 200 } });
    const { send, rest } = open();
    send('GET /healthz HTTP/1.1', 'host: x');
    expect(await rest()).toContain('{"state":"running"}');
  });
});

describe('floods', () => {
  it('of connections: new ones of the same address are closed, and others are served', async () => {
    await start({ limits: { connections: { all: 20, perAddress: 3 } } });
    const held = [1, 2, 3].map(() => open('127.0.0.2'));
    for (const one of held) one.send('GET /healthz HTTP/1.1', 'host: x');
    for (const one of held) await one.received(/running/);
    expect(await open('127.0.0.2').rest()).toBe('');
    const other = open('127.0.0.3');
    other.send('GET /healthz HTTP/1.1', 'host: x');
    await other.received(/running/);
    expect(logged).toEqual(['too many connections: new ones are closed']);
    held[0]?.socket.destroy();
    await expect
      .poll(async () => {
        const again = open('127.0.0.2');
        again.send('GET /healthz HTTP/1.1', 'host: x', 'connection: close');
        return again.rest();
      })
      .toContain('running');
  });

  it('of bodies: memory is limited, for each address and for all', async () => {
    await start({ limits: { bodies: { all: 1000, perAddress: 500 } } });
    const begin = async (from: string, length = 'content-length: 400') => {
      const one = open(from);
      one.send('POST /webhook HTTP/1.1', 'host: x', length, 'expect: 100-continue');
      await one.received(/^HTTP/);
      return one;
    };
    const held = await begin('127.0.0.2');
    // It may continue.
    expect(held.text()).toMatch(/^HTTP\/1.1 100 /);
    await begin('127.0.0.3');
    for (const refused of [await begin('127.0.0.2'), await begin('127.0.0.4')]) {
      expect(await refused.rest()).toMatch(/HTTP\/1.1 503 .*retry-after: 10/s);
    }
    expect(await (await begin('127.0.0.5', 'transfer-encoding: chunked')).rest()).toContain(' 503 ');
    held.socket.destroy();
    await expect
      .poll(async () => (await get('/webhook', { method: 'POST', body: `{}${' '.repeat(300)}` })).status)
      .toBe(401);
    // What was received is released.
    for (const size of [450, 460, 470, 480])
      expect((await get('/webhook', { method: 'POST', body: ' '.repeat(size) })).status).toBe(401);
  });

  it('of requests on one connection share one page', async () => {
    await start();
    const { socket, rest } = open();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(499));
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect((await rest()).match(/HTTP\/1.1 200 OK/g)).toHaveLength(500);
    expect(pages).toBe(1);
  });

  it('of headers are refused', async () => {
    await start();
    const { send, rest } = open();
    send('GET / HTTP/1.1', 'host: x', `x: ${'y'.repeat(100_000)}`);
    expect(await rest()).toMatch(/^HTTP\/1.1 431 /);
  });
});

describe('methods', () => {
  it.each([
    ['DELETE', '/', 405],
    ['PUT', '/status.json', 405],
    ['POST', '/metrics', 405],
    ['GET', '/webhook', 405],
    ['PROPFIND', '/', 405],
    ['OPTIONS', '/', 204],
    ['OPTIONS', '/webhook', 204],
    ['OPTIONS', '*', 404],
    ['POST', '/other', 404],
    ['BREW', '/', 400],
    ['CONNECT', 'x:1', null],
  ])('%s %s gets %j', async (method, path, status) => {
    await start();
    const { send, rest } = open();
    send(`${method} ${path} HTTP/1.1`, 'host: x', 'connection: close');
    const text = await rest();
    if (status === null) return;
    expect(text).toContain(`HTTP/1.1 ${status} `);
    if (status === 405 || status === 204)
      expect(text).toMatch(path === '/webhook' ? /allow: POST, OPTIONS/ : /allow: GET, HEAD, OPTIONS/);
  });

  it('a body that no route reads is not waited for', async () => {
    await start();
    for (const path of ['/', '/other']) {
      const { send, rest } = open();
      send(`POST ${path} HTTP/1.1`, 'host: x', 'content-length: 1000000');
      expect(await rest()).toMatch(/^HTTP\/1.1 40[45] .*connection: close/s);
    }
  });

  it('HEAD responds like GET, without a body', async () => {
    await start();
    for (const path of ['/', '/status.json', '/metrics', '/healthz', '/status.css']) {
      const head = await get(path, { method: 'HEAD' });
      expect(head.status).toBe(200);
      expect(await head.text()).toBe('');
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(2);
    }
  });
});

test('what a client has is not sent again until it changes', async () => {
  let status = controllerStatus();
  await start({
    status: () => status,
    page: { format: () => 'page', version: ({ revision }) => revision ?? '', files: {} },
  });
  for (const path of ['/', '/status.json']) {
    status = controllerStatus();
    const tag = (await get(path)).headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]{43}"$/);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const response = await get(path, { headers: { 'if-none-match': known } });
      expect([response.status, await response.text()]).toEqual([304, '']);
      expect(response.headers.get('date')).not.toBe(null);
    }
    status = controllerStatus({ revision: 'r3' });
    const changed = await get(path, { headers: { 'if-none-match': tag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(tag);
  }
});

test('every response forbids that a browser loads, frames or guesses anything else', async () => {
  await start();
  for (const path of ['/', '/status.css', '/status.json', '/other', '/<script>']) {
    const response = await get(path);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';.*frame-ancestors 'none'$/);
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).not.toContain('<script>');
  }
});

test('a fault is logged, and its reason is not shown', async () => {
  await start({
    status() {
      throw new Error('a secret');
    },
  });
  const response = await get('/status.json');
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
  expect(logged).toEqual(['request failed']);
});

test('stops at once, with connections that are idle, waiting or in the middle of a request', async () => {
  await start();
  const idle = open();
  idle.send('GET /healthz HTTP/1.1', 'host: x');
  await idle.received(/running/);
  const sending = open();
  sending.send('POST /webhook HTTP/1.1', 'host: x', 'content-length: 100', 'expect: 100-continue');
  await sending.received(/100 Continue/);
  const silent = open();
  await once(silent.socket, 'connect');
  await server?.stop();
  for (const one of [idle, sending, silent]) await one.rest();
  await expect(get('/healthz')).rejects.toThrow();
  server = null;
});
