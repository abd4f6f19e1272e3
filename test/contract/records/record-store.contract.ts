import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { ExternalError } from '../../../src/diagnostics/index.js';
import type { AppliedRecord } from '../../../src/model/index.js';
import type { ApplyIntent, LockWait, RecordStore } from '../../../src/reconcile/index.js';
import { bundlePrograms, type Programs } from '../../support/processes/programs.js';
import { openRecords, type RecordsAddress } from '../../support/processes/records.js';

/** An empty store of records. */
export interface RecordsUnderTest {
  readonly address: RecordsAddress;
  /** Replaces the record of `main` with this text; the store has written one before. */
  damage(text: string): Promise<void>;
  remove(): Promise<void>;
}

const lockProcess = 'test/support/processes/lock-process.ts';

export const digest = (letter: string) => letter.repeat(64);

export const sampleRecord: AppliedRecord = {
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
  force: 'moving\nhouse',
};

export const sampleIntent: ApplyIntent = {
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

/**
 * The contract of every record store.
 * @param effort how often processes compete for a lock; brief: without the cases whose result does not depend on how
 *   the store reaches its remote
 */
export function describeRecordStore(
  name: string,
  make: () => Promise<RecordsUnderTest>,
  effort: { readonly processes: number; readonly rounds: number; readonly isBrief?: boolean },
): void {
  const isBrief = effort.isBrief === true;
  describe(name, () => {
    let records: RecordsUnderTest;
    let temporary: string;
    let programs: Programs;
    beforeAll(async () => {
      programs = await bundlePrograms([lockProcess]);
    });
    afterAll(() => {
      programs.remove();
    });
    beforeEach(async () => {
      temporary = mkdtempSync(path.join(tmpdir(), 'lavaflow-records-'));
      records = await make();
    });
    afterEach(async () => {
      await records.remove();
      rmSync(temporary, { recursive: true });
    });

    const open = () => openRecords(records.address);
    const locked = async (task: (store: RecordStore) => Promise<void>, master = 'main') => {
      const store = open();
      await store.withLock(master, 0, () => task(store));
    };

    it('lists the masters that have a record', async () => {
      const store = openRecords(records.address);
      expect(await store.masters()).toEqual([]);
      for (const master of ['main', 'a.b', 'c d']) {
        await store.withLock(master, 60_000, () => store.write({ ...sampleRecord, master }));
      }
      expect([...(await store.masters())].sort()).toEqual(['a.b', 'c d', 'main']);
    });

    it('is empty at first, and returns what was written, also to other processes', async () => {
      const reader = open();
      expect([await reader.read('main'), await reader.readIntent('main')]).toEqual([null, null]);
      await locked(async (store) => {
        expect([await store.read('main'), await store.readIntent('main')]).toEqual([null, null]);
        await store.writeIntent('main', sampleIntent);
        expect([await open().read('main'), await open().readIntent('main')]).toEqual([null, sampleIntent]);
        await store.write(sampleRecord);
        expect([await store.read('main'), await store.readIntent('main')]).toEqual([
          sampleRecord,
          sampleIntent,
        ]);
      });
      expect([await reader.read('main'), await reader.readIntent('main')]).toEqual([
        sampleRecord,
        sampleIntent,
      ]);
      await locked((store) => store.writeIntent('main', null));
      expect([await reader.read('main'), await reader.readIntent('main')]).toEqual([sampleRecord, null]);
    });

    it('stores a suspension, which an apply keeps, and which needs no record', async () => {
      const suspension = {
        ...{ master: 'main', owner: 'Jane <jane@example.com>', reason: 'moving "the" racks\u2028' },
        ...{ since: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z' },
      };
      expect(await open().readSuspension('main')).toBeNull();
      await locked((store) => store.writeSuspension('main', suspension));
      expect([await open().read('main'), await open().readSuspension('main')]).toEqual([null, suspension]);
      await locked(async (store) => {
        await store.writeIntent('main', sampleIntent);
        await store.write(sampleRecord);
        await store.writeIntent('main', null);
      });
      expect([await open().read('main'), await open().readSuspension('main')]).toEqual([
        sampleRecord,
        suspension,
      ]);
      const told = { ...suspension, isEndTold: true as const };
      await locked((store) => store.writeSuspension('main', told));
      expect(await open().readSuspension('main')).toEqual(told);
      await locked((store) => store.writeSuspension('main', null));
      expect([await open().read('main'), await open().readSuspension('main')]).toEqual([sampleRecord, null]);
    });

    it('removes an intent that never existed', async () => {
      await locked((store) => store.writeIntent('main', null));
      expect([await open().read('main'), await open().readIntent('main')]).toEqual([null, null]);
    });

    it.skipIf(isBrief)('keeps masters apart, whatever their names are', async () => {
      const names = ['../../etc', 'main.intent', '.', 'a b', 'Main', 'x~1*', 'ä@{0}', 'end.lock'];
      for (const master of names) await locked((store) => store.write({ ...sampleRecord, master }), master);
      for (const master of names) expect((await open().read(master))?.master).toBe(master);
      expect([await open().read('main'), await open().readIntent('main')]).toEqual([null, null]);
    });

    it.skipIf(isBrief).each([
      ['empty', ''],
      ['cut off', '{"format":"lavaflow-record"'],
      ['of another kind', '{"format":"lavaflow-intent","version":1}'],
      [
        'of another shape',
        JSON.stringify({ format: 'lavaflow-record', version: 1, master: 'main', objects: [] }),
      ],
      ['no object', '0'],
      ['a web page', '<!doctype html>'],
    ])('makes an error of a record that is %s, never nothing', async (_name, text) => {
      await locked((store) => store.write(sampleRecord));
      await records.damage(text);
      const failure: unknown = await open()
        .read('main')
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ExternalError);
      expect(failure).toMatchObject({ retry: 'after-change' });
    });

    it.skipIf(isBrief)('rejects the record of another master', async () => {
      await locked((store) => store.write(sampleRecord));
      await records.damage(JSON.stringify({ ...minimal, master: 'other' }));
      await expect(open().read('main')).rejects.toThrow('it belongs to the master "other"');
    });

    it('writes nothing without the lock', async () => {
      await expect(open().write(sampleRecord)).rejects.toThrow('without its lock');
      await expect(open().writeIntent('main', sampleIntent)).rejects.toThrow('without its lock');
    });

    it('releases the lock when the task fails, and throws its error', async () => {
      await expect(locked(() => Promise.reject(new Error('as it were')))).rejects.toThrow('as it were');
      await locked((store) => store.write(sampleRecord));
    });

    const start = (...args: string[]) => {
      const program = programs.fileOf(lockProcess);
      return spawn(process.execPath, [program, JSON.stringify(records.address), ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    };

    it('lets one process in at a time', async () => {
      const file = path.join(temporary, 'number');
      writeFileSync(file, '0');
      const { processes, rounds } = effort;
      const children = Array.from({ length: processes }, () => start('add', file, String(rounds)));
      const codes = await Promise.all(
        children.map(async (child) => (await once(child, 'close'))[0] as number),
      );
      expect(codes).toEqual(children.map(() => 0));
      expect(readFileSync(file, 'utf8')).toBe(String(processes * rounds));
    });

    it('leaves the lock to a running process, reports which one, and acquires it after kill -9', async () => {
      const child = start('hold');
      await once(child.stdout, 'data');
      const store = open();
      const failure: unknown = await store
        .withLock('main', 0, () => Promise.resolve())
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ExternalError);
      const holder = `process ${child.pid ?? 0} on`;
      expect(failure).toMatchObject({ retry: 'soon', why: expect.stringContaining(holder) as string });

      // A waiting process is informed at once, and only once.
      const waits: LockWait[] = [];
      const onWait = (wait: LockWait): void => {
        waits.push(wait);
        child.kill('SIGKILL');
      };
      expect(await store.withLock('main', 60_000, () => Promise.resolve('mine'), onWait)).toBe('mine');
      expect(waits).toMatchObject([{ holder: expect.stringContaining(holder) as string }]);
    });

    it.skipIf(isBrief)(
      'gives the lock of a dead process to exactly one of the waiting processes',
      async () => {
        const file = path.join(temporary, 'number');
        for (let round = 0; round < 2; round += 1) {
          writeFileSync(file, '0');
          const holder = start('hold');
          await once(holder.stdout, 'data');
          const children = Array.from({ length: effort.processes }, () => start('add', file, '2'));
          holder.kill('SIGKILL');
          await Promise.all(children.map((child) => once(child, 'close')));
          expect(readFileSync(file, 'utf8')).toBe(String(effort.processes * 2));
        }
      },
    );
  });
}

const minimal = {
  format: 'lavaflow-record',
  version: 1,
  repository: '/lab',
  revision: 'r',
  fingerprint: 'f',
  appliedAt: '2026-01-01T00:00:00.000Z',
  retired: [],
  objects: [],
};
