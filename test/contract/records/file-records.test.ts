import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openRecordStore } from '../../../src/records/index.js';
import { describeRecordStore, sampleIntent, sampleRecord } from './record-store.contract.js';

describeRecordStore(
  'records in files',
  () => {
    const root = mkdtempSync(path.join(tmpdir(), 'lavaflow-records-'));
    const file = path.join(root, 'records');
    return Promise.resolve({
      address: { file },
      damage: (text) => {
        writeFileSync(path.join(file, 'main.json'), text);
        return Promise.resolve();
      },
      remove: () => {
        // Nothing leads out of the directory.
        expect(readdirSync(root)).toEqual(existsSync(file) ? ['records'] : []);
        rmSync(root, { recursive: true });
        return Promise.resolve();
      },
    });
  },
  { processes: 5, rounds: 12 },
);

describe('the files of records', () => {
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

  it('are of mode 0600', async () => {
    await locked(async (store) => {
      await store.write(sampleRecord);
      await store.writeIntent('main', sampleIntent);
    });
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory)) {
      expect(statSync(path.join(directory, name)).mode & 0o777, name).toBe(0o600);
    }
  });

  it('are removed when a killed process left them half-written', async () => {
    await locked((store) => store.write(sampleRecord));
    const left = path.join(directory, 'main.json.0000.tmp');
    writeFileSync(left, 'half');
    utimesSync(left, 1, 1);
    await locked(() => Promise.resolve());
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('of locks do not grow in number', async () => {
    for (let count = 0; count < 40; count += 1) await locked(() => Promise.resolve());
    expect(readdirSync(directory).length).toBeLessThan(20);
  });

  it('go to others when an owner elsewhere did not renew its lock, and that owner cannot write', async () => {
    const store = openRecordStore(directory, { lockTimes: times });
    await store.withLock('main', 0, async () => {
      // From now on the lock names another host, and expired long ago.
      const file = path.join(directory, 'main.lock.1');
      const text = readFileSync(file, 'utf8');
      const far = { ...(JSON.parse(text) as { owner: object }).owner, host: 'far-away' };
      const lock = { ...(JSON.parse(text) as object), owner: far };
      const other = openRecordStore(directory, { lockTimes: { ...times, renewMs: 100 } });

      writeFileSync(file, JSON.stringify(lock));
      await expect(other.withLock('main', 10, () => Promise.resolve())).rejects.toThrow(
        'on far-away has held it',
      );

      writeFileSync(file, JSON.stringify({ ...lock, expiresAt: '2020-01-01T00:00:00.000Z' }));
      // Our clock may be wrong: a running owner would renew the lock meanwhile.
      await expect(other.withLock('main', 20, () => Promise.resolve())).rejects.toThrow('has held it');
      await other.withLock('main', 5000, () => other.write({ ...sampleRecord, revision: 'theirs' }));
      await expect(store.write({ ...sampleRecord, revision: 'ours' })).rejects.toThrow(
        'another process acquired it',
      );
      expect((await store.read('main'))?.revision).toBe('theirs');
    });
  });

  it('inform the owner of a lock when it is lost, and are renewed while it is held', async () => {
    const quick = { ttlMs: 60_000, renewMs: 10, pollMs: 2 };
    const store = openRecordStore(directory, { lockTimes: quick });
    await store.withLock('main', 0, async (lost) => {
      const file = path.join(directory, 'main.lock.1');
      const before = readFileSync(file, 'utf8');
      await expect.poll(() => readFileSync(file, 'utf8')).not.toBe(before);
      const takenAt = (text: string): unknown => (JSON.parse(text) as Record<string, unknown>)['takenAt'];
      expect(takenAt(readFileSync(file, 'utf8'))).toBe(takenAt(before));
      writeFileSync(path.join(directory, 'main.lock.2'), before);
      await expect.poll(() => lost.aborted).toBe(true);
    });
  });

  it('of a lock that is damaged are an error, and free when nobody renewed it while we watched', async () => {
    await locked(() => Promise.resolve());
    writeFileSync(path.join(directory, 'main.lock.1'), '{}');
    await expect(locked(() => Promise.resolve())).rejects.toThrow(
      'it is damaged. Try again in two minutes, or remove the file if lavaflow is not running',
    );
    const store = openRecordStore(directory, { lockTimes: { ...times, ttlMs: 50 } });
    const waits: string[] = [];
    await store.withLock(
      'main',
      10_000,
      () => store.write(sampleRecord),
      ({ holder }) => waits.push(holder),
    );
    expect(waits).toEqual(['nobody that is known (the lock is damaged)']);
    expect(await store.read('main')).toEqual(sampleRecord);
  });

  it('of a lock that is damaged are repaired by its owner, who keeps it', async () => {
    const quick = { ttlMs: 60_000, renewMs: 10, pollMs: 2 };
    const store = openRecordStore(directory, { lockTimes: quick });
    await store.withLock('main', 0, async () => {
      writeFileSync(path.join(directory, 'main.lock.1'), '{"owner": ');
      await expect
        .poll(() => readFileSync(path.join(directory, 'main.lock.1'), 'utf8'))
        .toContain('released');
      await store.write(sampleRecord);
    });
  });
});
