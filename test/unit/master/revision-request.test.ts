import { describe, expect, test } from 'vitest';
import { parseRevisionRequest } from '../../../src/master/revisions/request.js';

const key = `"${'a'.repeat(40)}"`;

function reasonOf(change: object): string | undefined {
  const body = { repository: 'r', revision: 'v', fingerprint: 'f', changes: [change] };
  const parsed = parseRevisionRequest(body);
  if (!parsed.ok) return parsed.detail;
  return [...parsed.request.problems.values()][0];
}

function change(kind: string, fields: Readonly<Record<string, unknown>>) {
  return { verb: 'create', kind, name: 'x', fields };
}

test('accepts a valid change', () => {
  const good = change('worker', {
    description: null,
    health: 'Active',
    jobLimit: 0,
    env: 'purge: false\n',
    certificate: `metadata\ncurve\n    public-key = ${key}\n`,
  });
  expect(reasonOf(good)).toBeUndefined();
});

describe('rejects', () => {
  test.each([
    ['an unknown field', change('device', { color: 'red' }), 'has no field "color"'],
    ['a prototype as a field', change('device', { constructor: 1 }), 'has no field'],
    ['a wrong type', change('device', { tags: 'usb' }), 'tags must be a list'],
    ['a tag twice', change('device', { tags: ['usb', 'usb'] }), 'twice'],
    ['a wrong word', change('device', { health: 'Fine' }), 'must be one of Good'],
    ['a broken number', change('worker', { jobLimit: -1 }), 'whole number'],
    ['invalid YAML', change('worker', { env: 'a: [' }), 'env is not YAML'],
    ['a secret key', change('worker', { certificate: `public-key = ${key}\nsecret-key = ${key}` }), 'SECRET'],
    ['no key', change('worker', { certificate: 'hello' }), 'does not contain a public-key'],
    [
      'a frequency of 0',
      change('device-type', { healthCheckFrequency: { every: 0, unit: 'hours' } }),
      'every',
    ],
    ['a NUL', change('template', { text: 'a\0b' }), 'NUL'],
    ['a path as a name', { ...change('template', {}), name: '../etc/passwd' }, 'is not a valid name'],
    ['a hidden name', { ...change('device', {}), name: '.x' }, 'is not a valid name'],
    ['retiring a template', { ...change('template', {}), verb: 'retire' }, 'only deleted'],
    ['an unknown verb', { ...change('device', {}), verb: 'report' }, 'verb must be one of'],
    ['an unknown kind', change('lease', {}), 'kind must be one of'],
  ])('%s', (_what, wrong, reason) => {
    expect(reasonOf(wrong)).toContain(reason);
  });

  test.each([[null], ['x'], [[]], [{}], [{ repository: 'r', revision: 'v', fingerprint: '', changes: [] }]])(
    'the body %j',
    (body) => {
      expect(parseRevisionRequest(body).ok).toBe(false);
    },
  );

  test('an invalid change, and not the valid one next to it', () => {
    const changes = [change('device', { tags: [] }), change('device', { tags: 1 })];
    const parsed = parseRevisionRequest({ repository: 'r', revision: 'v', fingerprint: 'f', changes });
    if (!parsed.ok) throw new Error(parsed.detail);
    expect(parsed.request.changes.map((one) => parsed.request.problems.get(one))).toEqual([
      undefined,
      'tags must be a list',
    ]);
  });
});
