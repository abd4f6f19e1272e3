import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ExternalError, UsageError } from '../../../src/diagnostics/index.js';
import { connectionFailure } from '../../../src/lava/connection-failure.js';
import { createHttp, type HttpRequest } from '../../../src/lava/http.js';
import { createRest } from '../../../src/lava/rest.js';
import { createRpc } from '../../../src/lava/rpc.js';
import { encodeFault, RpcFault } from '../../../src/xml-rpc/index.js';
import { startHttpServer, type TestServer } from '../../support/http-server.js';

const token = 'a-very-secret-token';
const get: HttpRequest = { what: 'read it', method: 'GET', path: 'api/', repeatable: true };
const post: HttpRequest = {
  ...get,
  method: 'POST',
  repeatable: false,
  body: { type: 'text/plain', text: 'x' },
};

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
});

async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  server = await startHttpServer(handle);
  return server;
}

function answer(status: number, body = '', headers: Record<string, string> = {}) {
  return (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };
}

describe('requests to a master', () => {
  it.each([
    [400, '{"name":["must not be empty"]}', 'never', /HTTP 400: .*must not be empty/],
    [401, '', 'after-change', /the file token\.txt/],
    [403, '{"detail":"Invalid token."}', 'after-change', /HTTP 403: Invalid token.*the file token\.txt/],
    [404, '<html>', 'never', /HTTP 404/],
    [413, '', 'never', /HTTP 413/],
    [500, '', 'never', /HTTP 500/],
    [502, '<html>', 'soon', /HTTP 502/],
    [503, '', 'soon', /HTTP 503/],
    [504, '', 'soon', /HTTP 504/],
  ] as const)(
    'take HTTP %i for what it is, and never show the token',
    async (status, body, retry, message) => {
      const { url } = await serve(answer(status, body));
      const http = createHttp({ url, token, tokenOrigin: 'the file token.txt' });
      const error: unknown = await http.request(post).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'ExternalError', retry, where: url });
      expect(String(error)).toMatch(message);
      expect(JSON.stringify(error) + String(error)).not.toContain(token);
      expect(server?.requests).toHaveLength(1);
    },
  );

  it('never print a token that the server echoes', async () => {
    const { url } = await serve((request, response) => {
      const sent = request.headers.authorization ?? '';
      const isRpc = request.url === '/RPC2';
      const fault = encodeFault(new RpcFault(400, `got ${sent}`));
      response.writeHead(isRpc ? 200 : 400).end(isRpc ? fault : JSON.stringify({ detail: `got ${sent}` }));
    });
    const http = createHttp({ url, token });
    const rest: unknown = await http.request(get).catch((error: unknown) => error);
    const call = { method: 'system.version', params: [] };
    const rpc: unknown = await createRpc(http, 'admin')
      .batch('ask', [[call]], { repeatable: true })
      .catch((error: unknown) => error);
    expect(String(rest)).toContain('got Token [secret]');
    expect(String(rpc)).toContain('got Basic [secret]');
  });

  it('send nothing if the guard throws when the connection is established', async () => {
    const { url } = await serve(answer(200));
    const refusal = new ExternalError({ what: 'keep', where: 'here', why: 'lost', retry: 'soon' });
    const guard = () => {
      throw refusal;
    };
    const http = createHttp({ url, token });
    await expect(http.request({ ...post, guard })).rejects.toBe(refusal);
    expect(server?.requests).toHaveLength(0);
    let isOpen = true;
    expect((await http.request({ ...post, guard: () => (isOpen = false) })).status).toBe(200);
    expect(isOpen).toBe(false);
  });

  it('repeat a read after a transient failure, and finally give up', async () => {
    let count = 0;
    const { url, requests } = await serve((_, response) => {
      count += 1;
      response.writeHead(count < 3 ? 502 : 200).end('here');
    });
    const http = createHttp({ url, token: null });
    expect(await http.request(get)).toEqual({ status: 200, text: 'here' });
    expect(requests).toHaveLength(3);
  });

  it('do not follow a redirect, and report its target', async () => {
    const { url, requests } = await serve(answer(301, '', { location: 'https://lava.example.com/api/?a=b' }));
    await expect(createHttp({ url, token }).request(post)).rejects.toMatchObject({
      retry: 'after-change',
      hint: 'Use the current URL of the master: it redirects to https://lava.example.com.',
    });
    expect(requests).toHaveLength(1);
  });

  it('end after a time limit, when the connection is lost, and when the caller aborts', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/cut') response.writeHead(200, { 'content-length': '100' }).write('half');
      if (request.url === '/cut') setImmediate(() => response.destroy());
    });
    const http = createHttp({ url, token: null, timeoutMs: 100 });
    await expect(http.request({ ...post, path: 'slow' })).rejects.toMatchObject({
      retry: 'soon',
      why: 'no response within 0.1 s',
    });
    await expect(http.request({ ...post, path: 'cut' })).rejects.toMatchObject({ retry: 'soon' });
    await expect(http.request({ ...get, signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow(
      'stop',
    );
    const gone = await startHttpServer(answer(200));
    await gone.stop();
    await expect(createHttp({ url: gone.url, token: null }).request(post)).rejects.toMatchObject({
      retry: 'soon',
      why: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('describe the problem with an address', async () => {
    const { url } = await serve(answer(200));
    const failureAt = (address: string): Promise<unknown> =>
      createHttp({ url: address, token: null })
        .request(post)
        .catch((reason: unknown) => reason);
    const plain = await failureAt(url.replace('http:', 'https:'));
    expect(plain).toMatchObject({
      retry: 'after-change',
      hint: expect.stringContaining('http://') as string,
    });
    expect(String(plain)).not.toMatch(/openssl|\n/);
    const dns = Object.assign(new Error('getaddrinfo ENOTFOUND lava.invalid'), { code: 'ENOTFOUND' });
    expect(connectionFailure(dns)).toMatchObject({ retry: 'soon', hint: 'Check the URL.' });
    const expired = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
    expect(connectionFailure(expired)).toMatchObject({
      retry: 'after-change',
      why: 'its certificate is not trusted: certificate has expired',
    });
  });

  it('report the reasons of a rejection in one sentence', async () => {
    const detail = 'device_type: required\nactions: required\n';
    const { url } = await serve(answer(400, JSON.stringify({ detail })));
    await expect(createHttp({ url, token }).request(post)).rejects.toMatchObject({
      why: 'HTTP 400: device_type: required; actions: required',
    });
  });

  it('report the reasons of a rejection by field, all of them, and count what is left out', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `the line ${index} is not valid`);
    const fields = await serve(answer(400, JSON.stringify({ hostname: ['is required'], dictionary: many })));
    await expect(createHttp({ url: fields.url, token }).request(post)).rejects.toMatchObject({
      why: `HTTP 400: hostname: is required; dictionary: ${many.join('; ')}`,
    });
    const endless = await serve(answer(400, JSON.stringify({ message: 'x'.repeat(5000) })));
    await expect(createHttp({ url: endless.url, token }).request(post)).rejects.toMatchObject({
      why: `HTTP 400: ${'x'.repeat(4000)}… (1000 more characters)`,
    });
  });

  it('limit the size of a response and the number of connections', async () => {
    let now = 0;
    let most = 0;
    const { url } = await serve((_, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now -= 1;
        response.end('x'.repeat(1000));
      }, 20);
    });
    await expect(createHttp({ url, token: null, maxBodyBytes: 999 }).request(get)).rejects.toMatchObject({
      retry: 'never',
    });
    const http = createHttp({ url, token: null, maxConnections: 3 });
    await Promise.all(Array.from({ length: 20 }, () => http.request(get)));
    expect(most).toBe(3);
  });

  it.each(['lava.example.com', 'ftp://u:hidden@x/', 'https://user:hidden@lava.example.com/'])(
    'refuse %s as a URL, without its credentials',
    (url) => {
      const refused = (): string => {
        try {
          createHttp({ url, token: null });
          return 'not refused';
        } catch (error) {
          return `${error instanceof UsageError ? 'refused' : 'failed'}: ${String(error)}`;
        }
      };
      expect(refused()).toMatch(/^refused: /);
      expect(refused()).not.toContain('hidden');
    },
  );

  it('keep the path under which a master is mounted', () => {
    expect(createHttp({ url: 'https://example.com/lava/', token: null }).url).toBe(
      'https://example.com/lava',
    );
  });
});

describe('lists', () => {
  const rows = Array.from({ length: 1203 }, (_, index) => ({ id: index }));

  function page(request: IncomingMessage, entries: readonly object[], cap: number): string {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const offset = Number(query.get('offset') ?? 0);
    const limit = Math.min(cap, Number(query.get('limit')));
    return JSON.stringify({ count: entries.length, results: entries.slice(offset, offset + limit) });
  }

  it.each([50, 500, 5000])('are read completely even if the master limits pages to %i', async (cap) => {
    const { url } = await serve((request, response) => response.end(page(request, rows, cap)));
    expect(await createRest(createHttp({ url, token: null })).list('list', 'things/', 'id')).toEqual(rows);
  });

  it('are read again when they change between two pages', async () => {
    let count = 0;
    const { url } = await serve((request, response) => {
      count += 1;
      response.end(page(request, count === 1 ? rows.slice(1) : rows, 500));
    });
    expect(await createRest(createHttp({ url, token: null })).list('list', 'things/', 'id')).toEqual(rows);
  });

  it('fail if they change constantly', async () => {
    let count = 0;
    const { url } = await serve((request, response) =>
      response.end(page(request, rows.slice(count++ % 7), 500)),
    );
    await expect(
      createRest(createHttp({ url, token: null })).list('list', 'things/', 'id'),
    ).rejects.toMatchObject({ retry: 'soon' });
  });

  const linked = (count: number, next: string | null, results: readonly object[] = rows.slice(0, 500)) =>
    JSON.stringify({ count, next, results });

  it.each([
    ['claim to be longer than they are', linked(501, null, rows.slice(0, 500)), 'soon'],
    ['end in a link to more', linked(500, 'https://elsewhere.example.com/api/v0.2/things/'), 'soon'],
    ['should continue, but have no link', linked(1203, null), 'soon'],
    ['are always the same page', linked(1203, '/api/v0.2/things/?offset=500'), 'soon'],
    ['would need an endless number of pages', linked(1e9, '/x', rows.slice(0, 1)), 'never'],
    ['have an invalid number of entries', linked(-1, null), 'never'],
    ['have half an entry', linked(0.5, null), 'never'],
    ['contain the same entry twice', linked(500, null, Array<object>(500).fill({ id: 1 })), 'soon'],
  ] as const)('are an error when they %s, and no link is followed', async (_, body, retry) => {
    const { url } = await serve(answer(200, body));
    const list = createRest(createHttp({ url, token })).list('list', 'things/', 'id');
    await expect(list).rejects.toMatchObject({ name: 'ExternalError', retry });
    expect(server?.requests.length).toBeLessThan(20);
  });

  it.each([
    ['an HTML page', '<!doctype html>', 'after-change'],
    ['an object that is not a page', '{"detail":"x"}', 'never'],
    ['a list', '[]', 'never'],
  ] as const)('are not taken for empty when the answer is %s', async (_, body, retry) => {
    const { url } = await serve(answer(200, body));
    await expect(
      createRest(createHttp({ url, token: null })).list('list', 'things/', 'id'),
    ).rejects.toMatchObject({ retry });
  });
});
