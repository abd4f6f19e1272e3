import { statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJobsClient } from '../../../src/lava/index.js';
import { definition, smallLab } from '../../support/master/core.js';
import { startTestMaster, type TestMaster } from '../../support/master/running-master.js';

let master: TestMaster;

beforeAll(async () => {
  master = await startTestMaster();
  expect((await master.apply('r1', smallLab)).status).toBe(200);
});
afterAll(() => master.stop());

describe('permissions', () => {
  test('version, whoami and certificate are available to everyone', async () => {
    expect((await master.call('GET', '/api/v0.2/system/version/', null)).json).toMatchObject({
      software: 'lavaflow',
      features: ['maintenance-windows'],
    });
    expect((await master.call('GET', '/api/v0.2/system/whoami/', null)).json).toEqual({ user: '' });
    const own = await master.call('GET', '/api/v0.2/system/whoami/', master.reconciler);
    expect(own.json).toEqual({ user: 'reconciler' });
    expect((await master.call('GET', '/api/v0.2/system/certificate/', null)).text).toContain('public-key');
  });

  test.each([
    '/api/v0.2/devices/',
    '/api/v0.2/devices/sim-1/',
    '/api/v0.2/devices/sim-1/dictionary/',
    '/api/v0.2/devicetypes/',
    '/api/v0.2/workers/w1/env/',
    '/api/v0.2/aliases/',
    '/api/v0.2/tags/',
    '/api/v0.2/permissions/devices/',
    '/api/v0.2/jobs/',
    '/api/lavaflow/v1/revisions/latest',
  ])('%s requires a token', async (path) => {
    for (const token of [null, 'wrong', `${master.admin}x`]) {
      expect((await master.call('GET', path, token)).status).toBe(403);
    }
    for (const token of [master.admin, master.reconciler]) {
      expect((await master.call('GET', path, token)).status).toBe(200);
    }
  });

  test('only the reconciler may apply revisions', async () => {
    const body = { repository: 'x', revision: 'x', fingerprint: 'x', changes: [] };
    for (const token of [null, 'wrong', master.admin]) {
      const answer = await master.call('POST', '/api/lavaflow/v1/revisions', token, body);
      expect(answer.status).toBe(403);
    }
  });

  test('the reconciler may not change jobs and health', async () => {
    const { reconciler } = master;
    const calls = [
      await master.call('POST', '/api/v0.2/jobs/', reconciler, { definition }),
      await master.call('POST', '/api/v0.2/devices/sim-1/set_health/', reconciler, { health: 'Bad' }),
      await master.call('PATCH', '/api/v0.2/workers/w1/', reconciler, { health: 'Retired' }),
      await master.call('GET', '/api/v0.2/jobs/1/cancel/', reconciler),
    ];
    expect(calls.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  test('tokens and the secret key are in files that only their owner can access', () => {
    const files = [master.adminTokenFile, master.reconcilerTokenFile, `${master.certificateFile}_secret`];
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(master.admin).toMatch(/^[-\w]{43}$/);
    expect(master.admin).not.toBe(master.reconciler);
  });
});

describe('configuration', () => {
  test.each([
    ['POST', '/api/v0.2/devices/', { hostname: 'x' }],
    ['PUT', '/api/v0.2/devices/sim-1/', { description: 'x' }],
    ['PATCH', '/api/v0.2/devices/sim-1/', { description: 'x', health: 'Bad' }],
    ['DELETE', '/api/v0.2/devices/sim-1/', undefined],
    ['POST', '/api/v0.2/devices/sim-1/dictionary/', { dictionary: 'x' }],
    ['POST', '/api/v0.2/devicetypes/', { name: 'x' }],
    ['POST', '/api/v0.2/devicetypes/sim/template/', { template: 'x' }],
    ['POST', '/api/v0.2/devicetypes/sim/health_check/', { config: 'x' }],
    ['POST', '/api/v0.2/workers/', { hostname: 'x' }],
    ['PATCH', '/api/v0.2/workers/w1/', { description: 'x' }],
    ['POST', '/api/v0.2/workers/w1/env/', { env: 'x' }],
    ['POST', '/api/v0.2/workers/w1/config/', { config: 'x' }],
    ['DELETE', '/api/v0.2/workers/w1/', undefined],
    ['POST', '/api/v0.2/aliases/', { name: 'x' }],
    ['POST', '/api/v0.2/tags/', { name: 'x' }],
    ['DELETE', '/api/v0.2/permissions/devices/1/', undefined],
  ])('%s %s is rejected with the place to change it', async (method, path, body) => {
    for (const token of [master.admin, master.reconciler]) {
      const answer = await master.call(method, path, token, body);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('the lab repo lab, currently at revision r1. Change it there.');
    }
  });

  test('returns the latest revision', async () => {
    const { json } = await master.call('GET', '/api/lavaflow/v1/revisions/latest', master.admin);
    expect(json).toMatchObject({ repository: 'lab', revision: 'r1', fingerprint: 'r1' });
  });

  test('a revision that cannot be applied: 422 with an outcome for each change', async () => {
    const answer = await master.apply('r9', [
      { verb: 'create', kind: 'device', name: 'x', fields: { deviceType: 'none' } },
    ]);
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ outcomes: [{ key: 'device/x', verb: 'create', status: 'failed' }] });
  });
});

describe('as in LAVA', () => {
  test('pages, filters and order of lists', async () => {
    const devices = ['a', 'b', 'c'].map((name) => ({
      verb: 'create',
      kind: 'device',
      name,
      fields: { deviceType: 'sim', worker: 'w1' },
    }));
    await master.apply('r2', devices);
    const names = async (query: string) => {
      const { json } = await master.call('GET', `/api/v0.2/devices/?${query}`, master.admin);
      return (json as { results: { hostname: string }[] }).results.map(({ hostname }) => hostname);
    };
    expect(await names('limit=2')).toEqual(['a', 'b']);
    expect(await names('limit=2&offset=2')).toEqual(['c', 'sim-1']);
    expect(await names('ordering=-hostname&limit=1')).toEqual(['sim-1']);
    expect(await names('hostname__in=a,c')).toEqual(['a', 'c']);
    expect(await names('hostname__contains=im')).toEqual(['sim-1']);
    const page = await master.call('GET', '/api/v0.2/devices/?limit=2&offset=1', master.admin);
    expect(page.json).toMatchObject({
      count: 4,
      next: `${master.url}/api/v0.2/devices/?limit=2&offset=3`,
      previous: `${master.url}/api/v0.2/devices/?limit=2`,
    });
    for (const filter of ['colour=red', 'hostname__constructor=x', 'hostname__like=x']) {
      expect((await master.call('GET', `/api/v0.2/devices/?${filter}`, master.admin)).status).toBe(400);
    }
    await master.apply(
      'r1',
      ['a', 'b', 'c'].map((name) => ({ verb: 'delete', kind: 'device', name })),
    );
  });

  test('retired devices are hidden unless requested', async () => {
    const health = (word: string) =>
      master.call('POST', '/api/v0.2/devices/sim-1/set_health/', master.admin, { health: word });
    expect((await health('retired')).status).toBe(202);
    expect((await master.call('GET', '/api/v0.2/devices/sim-1/', master.admin)).status).toBe(404);
    expect((await master.call('GET', '/api/v0.2/devices/sim-1/?all=true', master.admin)).status).toBe(200);
    expect((await health('Unknown')).status).toBe(202);
    expect((await health('Splendid')).status).toBe(400);
  });

  test('a worker is released by an operator only, and not while it is Online', async () => {
    const path = '/api/lavaflow/v1/workers/w1/release';
    expect((await master.call('POST', path, master.reconciler)).status).toBe(403);
    expect((await master.call('POST', path, master.admin)).json).toEqual({ jobs: [] });
    const client = createJobsClient({ url: master.url, token: master.admin, tokenOrigin: 'a file' });
    expect(await client.releaseWorker('w1')).toEqual([]);
    await expect(client.releaseWorker('w9')).rejects.toThrow('the worker does not exist');
    expect(await client.workers()).toMatchObject([{ name: 'w1', conflict: null }]);
  });

  test('dictionaries, raw and rendered', async () => {
    const path = '/api/v0.2/devices/sim-1/dictionary/';
    expect((await master.call('GET', path, master.admin)).text).toContain("{% set name = 'one' %}");
    const rendered = await master.call('GET', `${path}?render=1&context={arch: arm}`, master.admin);
    expect(rendered.text).toBe('parameters:\n  board: one\n  arch: arm');
  });

  test('a job, as JSON and as a form', async () => {
    const submitted = await master.call('POST', '/api/v0.2/jobs/', master.admin, { definition });
    expect(submitted).toMatchObject({ status: 201, json: { job_ids: [1] } });
    const response = await fetch(`${master.url}/api/v0.2/jobs/`, {
      method: 'POST',
      headers: { authorization: `Token ${master.admin}` },
      body: new URLSearchParams({ definition }),
    });
    expect(response.status).toBe(201);
    await response.text();
    const wrong = await master.call('POST', '/api/v0.2/jobs/', master.admin, { definition: 'a: 1' });
    expect(wrong.status).toBe(400);
    expect((wrong.json as { problems: unknown[] }).problems).toHaveLength(6);
    expect((await master.call('GET', '/api/v0.2/jobs/1/logs/', master.admin)).text).toBe('');
    expect((await master.call('GET', '/api/v0.2/jobs/1/suites/', master.admin)).json).toMatchObject({
      count: 0,
    });
    expect((await master.call('GET', '/api/v0.2/jobs/77/', master.admin)).status).toBe(404);
  });
});

describe('a rejected body', () => {
  const cases: [string, string, unknown, unknown][] = [
    ['POST', '/api/v0.2/jobs/', {}, { definition: ['Test job definition is required.'] }],
    ['POST', '/api/v0.2/jobs/', { definition: '' }, { definition: ['Test job definition is required.'] }],
    ['POST', '/api/v0.2/jobs/', { definition: 1 }, { definition: ['Test job definition is required.'] }],
    ['POST', '/api/v0.2/jobs/', [], { detail: 'The body must be a JSON object or a form.' }],
    ['POST', '/api/v0.2/jobs/validate/', null, { detail: 'The body must be a JSON object or a form.' }],
    [
      'POST',
      '/api/v0.2/devices/sim-1/set_health/',
      { health: 'Fine' },
      { health: ['must be one of Good, Unknown, Looping, Bad, Maintenance, Retired.'] },
    ],
    [
      'POST',
      '/api/v0.2/devices/sim-1/set_health/',
      {},
      { health: ['must be one of Good, Unknown, Looping, Bad, Maintenance, Retired.'] },
    ],
    [
      'PATCH',
      '/api/v0.2/workers/w1/',
      { health: 1 },
      { health: ['must be one of Active, Maintenance, Retired.'] },
    ],
  ];
  test.each(cases)('%s %s %j: 400 with the reason', async (method, path, body, answer) => {
    const refused = await master.call(method, path, master.admin, body);
    expect(refused).toMatchObject({ status: 400, json: answer });
  });

  test('is not read from users who may not send one', async () => {
    const response = await fetch(`${master.url}/api/v0.2/jobs/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(403);
    await response.text();
  });
});

describe('hostile requests', () => {
  test.each([
    ['POST', '/api/v0.2/jobs/', '{', 'application/json'],
    ['POST', '/api/v0.2/jobs/', '[]', 'application/json'],
    ['POST', '/api/v0.2/jobs/', '{"__proto__": {"definition": "x"}}', 'application/json'],
    ['POST', '/RPC2', '<methodCall>', 'text/xml'],
    ['POST', '/RPC2', '{}', 'application/json'],
    ['GET', '/api/v0.2/devices/%ff/', undefined, undefined],
    ['GET', '/api/v0.2/devices/..%2f..%2fetc%2fpasswd/', undefined, undefined],
    ['GET', "/api/v0.2/devices/'%20or%201=1/", undefined, undefined],
    ['GET', '/api/v0.2/jobs/999999999999999999999/', undefined, undefined],
    ['GET', '/api/v0.2/devices/?ordering=__proto__', undefined, undefined],
    ['GET', '/api/v0.2/devices/?hostname__constructor=x', undefined, undefined],
  ])('%s %s %j: a response without a stack trace', async (method, path, body, type) => {
    const response = await fetch(`${master.url}${path}`, {
      method,
      headers: {
        authorization: `Token ${master.admin}`,
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    expect(response.status).toBeLessThan(500);
    expect(text).not.toMatch(/\.(js|ts):\d+|node_modules|\bat \w/);
  });

  test('a large body is rejected', async () => {
    const definition = 'x'.repeat(5 * 1024 * 1024);
    const answer = await master.call('POST', '/api/v0.2/jobs/', master.admin, { definition });
    expect(answer.status).toBe(413);
  });
});
