import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ExternalError } from '../../../src/diagnostics/index.js';
import type { AppliedRecord } from '../../../src/model/index.js';
import type { ApplyIntent } from '../../../src/reconcile/index.js';
import { openRecordStore } from '../../../src/records/index.js';
import { compileRooms, pureRooms } from '../../support/compiled-rooms.js';

const digest = (letter: string) => letter.repeat(64);

const record: AppliedRecord = {
  master: 'main',
  repository: 'https://example.com/lab.git',
  revision: 'a'.repeat(40),
  fingerprint: digest('f'),
  appliedAt: '2026-01-01T00:00:00.000Z',
  objects: new Map([
    ['worker/w1', { description: digest('1'), env: digest('2') }],
    ['device/b/c"\n', {}],
  ]),
  retired: new Set(['device/b/c"\n']),
  force: 'moving house',
};

const intent: ApplyIntent = {
  master: 'main',
  repository: '/lab',
  revision: 'r',
  fingerprint: digest('f'),
  startedAt: '2026-01-01T00:00:00.000Z',
  objects: new Map([
    ['worker/w1', { verb: 'create', fields: { env: { before: null, after: digest('3') } } }],
    ['worker/w2', { verb: 'adopt', fields: {} }],
  ]),
};

let directory: string;
beforeEach(() => {
  directory = path.join(mkdtempSync(path.join(tmpdir(), 'lavaflow-records-')), 'records');
});
afterEach(() => {
  rmSync(path.dirname(directory), { recursive: true });
});

const times = { ttlMs: 60_000, renewMs: 15_000, pollMs: 2 };
const locked = async (task: (store: ReturnType<typeof openRecordStore>) => Promise<void>) => {
  const store = openRecordStore(directory);
  await store.withLock('main', 0, () => task(store));
};

describe('records', () => {
  it('come back as they were written, in files of mode 0600', async () => {
    await locked(async (store) => {
      expect([await store.read('main'), await store.readIntent('main')]).toEqual([null, null]);
      await store.write(record);
      await store.writeIntent('main', intent);
    });
    const store = openRecordStore(directory);
    expect(await store.read('main')).toEqual(record);
    expect(await store.readIntent('main')).toEqual(intent);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory)) {
      expect(statSync(path.join(directory, name)).mode & 0o777, name).toBe(0o600);
    }
    await locked((again) => again.writeIntent('main', null));
    expect(await store.readIntent('main')).toBeNull();
  });

  it('of a master with a strange name stay in the directory, and apart from others', async () => {
    for (const name of ['../../etc', 'main.intent', '.']) {
      const store = openRecordStore(directory);
      await store.withLock(name, 0, () => store.write({ ...record, master: name }));
      expect((await store.read(name))?.master).toBe(name);
    }
    expect(await openRecordStore(directory).readIntent('main')).toBeNull();
    expect(readdirSync(path.dirname(directory))).toEqual(['records']);
  });

  it.each([
    ['empty', ''],
    ['cut off', '{"format":"lavaflow-record"'],
    ['of another kind', '{"format":"lavaflow-intent","version":1}'],
    [
      'of another shape',
      JSON.stringify({ format: 'lavaflow-record', version: 1, master: 'main', objects: [] }),
    ],
    ['null', 'null'],
  ])('that are %s are an error, never empty', async (_name, text) => {
    await locked(() => Promise.resolve());
    writeFileSync(path.join(directory, 'main.json'), text);
    await expect(openRecordStore(directory).read('main')).rejects.toThrow(ExternalError);
  });

  it('of another master are an error', async () => {
    await locked((store) => store.write(record));
    const text = readFileSync(path.join(directory, 'main.json'), 'utf8');
    writeFileSync(path.join(directory, 'other.json'), text);
    await expect(openRecordStore(directory).read('other')).rejects.toThrow(
      'it is the record of the master "main"',
    );
  });

  it('are not written without the lock', async () => {
    await expect(openRecordStore(directory).write(record)).rejects.toThrow('without its lock');
  });

  it('leave no temporary files of killed processes', async () => {
    await locked((store) => store.write(record));
    const left = path.join(directory, 'main.json.0000.tmp');
    writeFileSync(left, 'half');
    utimesSync(left, 1, 1);
    await locked(() => Promise.resolve());
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('the lock', () => {
  let compiled: ReturnType<typeof compileRooms>;
  beforeAll(() => {
    const rooms = [...pureRooms, 'src/reconcile', 'src/records'];
    compiled = compileRooms([...rooms, 'test/support/lock-process.ts']);
  });
  afterAll(() => {
    compiled.remove();
  });
  const start = (...args: string[]) =>
    spawn(
      process.execPath,
      [path.join(compiled.directory, 'test/support/lock-process.js'), directory, ...args],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );

  it('lets one process in at a time', async () => {
    const file = path.join(path.dirname(directory), 'number');
    writeFileSync(file, '0');
    const children = Array.from({ length: 5 }, () => start('add', file, '12'));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'close'))[0] as number));
    expect(codes).toEqual([0, 0, 0, 0, 0]);
    expect(readFileSync(file, 'utf8')).toBe('60');
    expect(readdirSync(directory).length).toBeLessThan(40);
  });

  it('stays with a living process, and says who it is', async () => {
    const child = start('hold');
    await once(child.stdout, 'data');
    const store = openRecordStore(directory, { lockTimes: times });
    const failure = await store
      .withLock('main', 20, () => Promise.resolve())
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ExternalError);
    expect(failure).toMatchObject({
      retry: 'soon',
      why: expect.stringContaining(`process ${child.pid ?? 0} on`) as string,
    });
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await store.withLock('main', 0, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('of a dead process goes to exactly one of those who wait', async () => {
    const file = path.join(path.dirname(directory), 'number');
    for (let round = 0; round < 3; round += 1) {
      writeFileSync(file, '0');
      const holder = start('hold');
      await once(holder.stdout, 'data');
      const children = Array.from({ length: 4 }, () => start('add', file, '3'));
      holder.kill('SIGKILL');
      await Promise.all(children.map((child) => once(child, 'close')));
      expect(readFileSync(file, 'utf8')).toBe('12');
    }
  });

  it('of an owner elsewhere goes when it was not renewed, and that owner cannot write any more', async () => {
    const store = openRecordStore(directory, { lockTimes: times });
    await store.withLock('main', 0, async () => {
      // From now on the lock names another host, and expired long ago.
      const file = path.join(directory, 'main.lock.1');
      const text = readFileSync(file, 'utf8');
      const far = { ...(JSON.parse(text) as { owner: object }).owner, host: 'far-away' };
      const lock = { ...(JSON.parse(text) as object), owner: far };
      const other = openRecordStore(directory, { lockTimes: times });

      writeFileSync(file, JSON.stringify(lock));
      await expect(other.withLock('main', 10, () => Promise.resolve())).rejects.toThrow(
        'on far-away holds it',
      );

      writeFileSync(file, JSON.stringify({ ...lock, expiresAt: '2020-01-01T00:00:00.000Z' }));
      await other.withLock('main', 0, () => other.write({ ...record, revision: 'theirs' }));
      await expect(store.write({ ...record, revision: 'ours' })).rejects.toThrow('another process took it');
      expect((await store.read('main'))?.revision).toBe('theirs');
    });
  });

  it('tells its owner when it was lost, and is renewed while it is held', async () => {
    const quick = { ttlMs: 60_000, renewMs: 10, pollMs: 2 };
    const store = openRecordStore(directory, { lockTimes: quick });
    await store.withLock('main', 0, async (lost) => {
      const file = path.join(directory, 'main.lock.1');
      const before = readFileSync(file, 'utf8');
      await expect.poll(() => readFileSync(file, 'utf8')).not.toBe(before);
      writeFileSync(path.join(directory, 'main.lock.2'), before);
      await expect.poll(() => lost.aborted).toBe(true);
    });
  });

  it('that is damaged is an error', async () => {
    await locked(() => Promise.resolve());
    writeFileSync(path.join(directory, 'main.lock.1'), '{}');
    await expect(locked(() => Promise.resolve())).rejects.toThrow('it is damaged');
  });
});
