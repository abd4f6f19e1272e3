import { afterEach, describe, expect, it } from 'vitest';
import {
  type Fault,
  readFaults,
  type SimulatedMaster,
  startSimulatedMaster,
} from '../../../src/simulator/index.js';
import { decodeResponse, encodeCall, type XmlRpcValue } from '../../../src/xml-rpc/index.js';

let master: SimulatedMaster;
afterEach(async () => {
  await master.stop();
});

async function start(faults: readonly Fault[], seed = 1): Promise<void> {
  master = await startSimulatedMaster({ release: '2023.01', faults, seed });
}

/** The status of an answer; or `broken` where there was none, or half of one. */
async function workers(): Promise<number | 'broken'> {
  try {
    const response = await fetch(`${master.url}/api/v0.2/workers/`, {
      headers: { authorization: `Token ${master.token}` },
    });
    await response.text();
    return response.status;
  } catch {
    return 'broken';
  }
}

async function add(...names: readonly string[]): Promise<XmlRpcValue> {
  const calls = names.map((name) => ({ methodName: 'scheduler.workers.add', params: [name] }));
  try {
    const response = await fetch(`${master.url}/RPC2`, {
      method: 'POST',
      headers: {
        'content-type': 'text/xml',
        authorization: `Basic ${Buffer.from(`${master.user}:${master.token}`).toString('base64')}`,
      },
      body: encodeCall('system.multicall', [calls]),
    });
    const text = await response.text();
    if (response.status !== 200 || !text.includes('methodResponse')) return response.status;
    const result = decodeResponse(text);
    return result.ok ? result.value : result.fault.code;
  } catch {
    return 'broken';
  }
}

/** Workers that are there, but LAVA's own. */
function names(): string[] {
  return [...master.state.workers.keys()].filter((name) => name !== 'example.com');
}

const adding = { rpc: 'workers[.]add$' };

describe('a fault of a whole request', () => {
  it.each([
    ['lost-request', 'broken', []],
    ['lost-answer', 'broken', ['a']],
    ['half', 'broken', ['a']],
    ['html', 200, []],
    ['expire-token', 401, []],
  ] as const)('%s', async (kind, answer, there) => {
    await start([{ match: adding, kind }]);
    expect(await add('a')).toBe(answer);
    expect(names()).toEqual(there);
  });

  it('a status of something in between', async () => {
    await start([{ match: { path: '^/api/', nth: 2 }, kind: 'status', status: 502 }]);
    expect([await workers(), await workers(), await workers()]).toEqual([200, 502, 200]);
    expect(master.requests()).toBe(3);
  });

  it('a slow answer', async () => {
    await start([{ match: {}, kind: 'slow', delayMs: 60 }]);
    const begin = Date.now();
    expect(await workers()).toBe(200);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(55);
  });

  it('credentials that are rejected until the faults are set again', async () => {
    await start([{ match: { nth: 2 }, kind: 'expire-token' }]);
    expect([await workers(), await workers(), await workers()]).toEqual([200, 403, 403]);
    master.setFaults([]);
    expect(await workers()).toBe(200);
  });

  it('strikes by chance, and the same again with the same seed', async () => {
    const faults: readonly Fault[] = [{ match: { probability: 0.5 }, kind: 'status', status: 503 }];
    await start(faults, 7);
    const run = async (): Promise<unknown[]> => {
      const seen: unknown[] = [];
      for (let index = 0; index < 12; index++) seen.push(await workers());
      return seen;
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set([200, 503]));
    master.setFaults(faults, 7);
    expect(await run()).toEqual(first);
    master.setFaults(faults, 8);
    expect(await run()).not.toEqual(first);
  });
});

describe('a fault of one call among others', () => {
  it('reject: only that one fails', async () => {
    await start([{ match: { ...adding, text: '"b"' }, kind: 'reject', reason: 'no' }]);
    expect(await add('a', 'b', 'c')).toEqual([[null], { faultCode: 400, faultString: 'no' }, [null]]);
    expect(names()).toEqual(['a', 'c']);
    expect(master.history().map(({ number, object, outcome }) => [number, object, outcome])).toEqual([
      [1, 'worker/a', 'done'],
      [2, 'worker/b', 'refused'],
      [3, 'worker/c', 'done'],
    ]);
  });

  it('lie: it is said and not done', async () => {
    await start([{ match: { ...adding, nth: 2 }, kind: 'lie' }]);
    expect(await add('a', 'b')).toEqual([[null], [null]]);
    expect(names()).toEqual(['a']);
    expect(master.history().map(({ outcome }) => outcome)).toEqual(['done', 'lied']);
  });

  it('lie: something else is stored', async () => {
    await start([{ match: { ...adding, nth: [1] }, kind: 'lie', stores: 'other' }]);
    expect(await add('a', 'b')).toEqual([[null], [null]]);
    expect(names()).toEqual(['other', 'b']);
  });

  it('restart: what came before is done, the rest is not, and the master is away for a while', async () => {
    await start([{ match: { ...adding, nth: 3 }, kind: 'restart', downMs: 150 }]);
    expect(await add('a', 'b', 'c', 'd')).toBe('broken');
    expect(names()).toEqual(['a', 'b']);
    expect(await workers()).toBe('broken');
    await expect.poll(workers, { timeout: 2_000 }).toBe(200);
    expect(await add('c')).toEqual([[null]]);
    expect(names()).toEqual(['a', 'b', 'c']);
  });
});

describe('a read that lies', () => {
  async function list(
    query = '',
  ): Promise<{ count: number; next: string | null; results: { hostname: string }[] }> {
    const response = await fetch(`${master.url}/api/v0.2/workers/?ordering=hostname&limit=2${query}`, {
      headers: { authorization: `Token ${master.token}` },
    });
    return (await response.json()) as Awaited<ReturnType<typeof list>>;
  }
  const namesOf = ({ results }: Awaited<ReturnType<typeof list>>) => results.map(({ hostname }) => hostname);
  const path = '^/api/';

  it('hides what it is told to, where it is told to', async () => {
    await start([{ match: { path }, kind: 'hide', names: '^worker/a$' }]);
    await add('a', 'b');
    expect(await list()).toMatchObject({ count: 2, next: null });
    expect(namesOf(await list())).toEqual(['b', 'example.com']);
    expect(await add('a')).toMatchObject([{ faultCode: 400 }]);
    expect(names()).toEqual(['a', 'b']);
  });

  it('shows what was there when the faults were set', async () => {
    await start([{ match: { path }, kind: 'stale' }]);
    await add('a');
    expect(namesOf(await list())).toEqual(['example.com']);
    master.setFaults([{ match: { path, nth: 1 }, kind: 'stale' }]);
    expect([namesOf(await list()), namesOf(await list())]).toEqual([['example.com'], ['a', 'example.com']]);
    master.setFaults([]);
    master.setFaults([{ match: {}, kind: 'stale' }]);
    expect(namesOf(await list())).toEqual(['a', 'example.com']);
  });

  it('cuts a list, and counts all', async () => {
    await start([{ match: { path }, kind: 'cut' }]);
    await add('a', 'b');
    expect(await list()).toMatchObject({ count: 3, results: [{ hostname: 'a' }] });
  });

  it('always serves the first page, and links elsewhere', async () => {
    await start([{ match: { path }, kind: 'wrong-page' }]);
    await add('a', 'b');
    expect(namesOf(await list('&offset=2'))).toEqual(['a', 'b']);
    expect((await list()).next).toContain('elsewhere.invalid');
  });
});

describe('REST', () => {
  async function patch(): Promise<number> {
    const response = await fetch(`${master.url}/api/v0.2/workers/example.com/`, {
      method: 'PATCH',
      headers: { authorization: `Token ${master.token}`, 'content-type': 'application/json' },
      body: '{"description": "new"}',
    });
    return response.status;
  }

  it('refuses, lies, and does', async () => {
    const match = { method: 'PATCH', path: 'workers' };
    await start([
      { match: { ...match, nth: 1 }, kind: 'reject' },
      { match: { ...match, nth: 2 }, kind: 'lie' },
    ]);
    const seen: unknown[] = [];
    for (let index = 0; index < 3; index++) {
      seen.push([await patch(), master.state.workers.get('example.com')?.description]);
    }
    expect(seen).toEqual([
      [400, null],
      [200, null],
      [200, 'new'],
    ]);
    expect(master.history().map(({ call, outcome }) => `${outcome} ${call}`)).toEqual([
      'refused PATCH workers/example.com/',
      'lied PATCH workers/example.com/',
      'done PATCH workers/example.com/',
    ]);
  });
});

describe('while it runs', () => {
  it('accepts faults from and shows its history to clients with its token', async () => {
    await start([]);
    const control = (path: string, method: string, body?: string, token = master.token) =>
      fetch(`${master.url}/simulator/${path}/`, {
        method,
        headers: { authorization: `Token ${token}` },
        ...(body === undefined ? {} : { body }),
      });
    expect((await control('faults', 'PUT', '[]', 'wrong')).status).toBe(403);
    expect((await control('faults', 'PUT', '[{"match":{},"kind":"explode"}]')).status).toBe(400);
    expect((await control('faults', 'PUT', '{')).status).toBe(400);
    expect((await control('faults', 'PUT', '[{"match":{},"kind":"expire-token"}]')).status).toBe(200);
    expect(await add('a')).toBe(401);
    expect((await control('faults', 'PUT', '[]')).status).toBe(200);
    await add('a');
    expect(await (await control('history', 'GET')).json()).toMatchObject({
      requests: 2,
      writes: [{ number: 1, call: 'scheduler.workers.add', object: 'worker/a', outcome: 'done' }],
    });
  });

  it('waits for the observer of each write', async () => {
    const seen: string[] = [];
    master = await startSimulatedMaster({
      release: '2023.01',
      beforeWrite: async (number, object) => {
        await Promise.resolve();
        seen.push(`${number} ${object} ${names().length}`);
      },
    });
    await add('a', 'b');
    expect(seen).toEqual(['1 worker/a 0', '2 worker/b 1']);
  });
});

describe('faults that a person wrote', () => {
  it.each([
    ['no list', {}, 'JSON list'],
    ['no match', [{ kind: 'half' }], 'fault 1'],
    ['an unknown kind', [{ match: {}, kind: 'boom' }], 'not one of slow'],
    [
      'an unknown match',
      [
        { match: {}, kind: 'half' },
        { match: { paht: 'x' }, kind: 'half' },
      ],
      'fault 2: match.paht',
    ],
    ['a broken pattern', [{ match: { path: '(' }, kind: 'half' }], 'match.path'],
    ['no delay', [{ match: {}, kind: 'slow' }], 'delayMs'],
    ['no status', [{ match: {}, kind: 'status', status: 42 }], 'status'],
    ['a broken number', [{ match: { nth: 'first' }, kind: 'half' }], 'match.nth'],
  ])('%s', async (_, value, message) => {
    await start([]);
    expect(() => readFaults(value)).toThrow(message);
  });
});
