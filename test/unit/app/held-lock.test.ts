import { describe, expect, it } from 'vitest';

import { holdLock } from '../../../src/app/request/held-lock.js';
import { ExternalError } from '../../../src/diagnostics/index.js';
import type { AppliedRecord } from '../../../src/model/index.js';
import type { LockWait, RecordStore } from '../../../src/reconcile/index.js';
import { memoryRecords } from '../../support/targets/model-master.js';

const wait: LockWait = {
  where: '/lab/.lavaflow/records/main.lock.1',
  holder: 'process 1 on elsewhere',
  since: '2026-01-01T00:00:00.000Z',
  until: '2026-01-01T00:00:30.000Z',
};
const taken = new ExternalError({ what: 'acquire the lock', where: wait.where, why: 'held', retry: 'soon' });
const record: AppliedRecord = {
  master: 'main',
  repository: '/lab',
  revision: 'r1',
  fingerprint: 'f'.repeat(64),
  appliedAt: '2026-01-01T00:00:00.000Z',
  objects: new Map(),
  retired: new Set(),
};
const ignore = (): void => undefined;

/** Records in memory that count reads, and whose lock the test controls. */
function controlledRecords() {
  const lost = new AbortController();
  const state = { reads: 0, held: new Set<string>(), isFree: true, guard: ignore, lost };
  const inner = memoryRecords();
  const store: RecordStore = {
    ...inner,
    read: (master) => ((state.reads += 1), inner.read(master)),
    readIntent: (master) => ((state.reads += 1), inner.readIntent(master)),
    async withLock(master, _waitMs, task, onWait) {
      if (!state.isFree) {
        onWait?.(wait);
        throw taken;
      }
      state.held.add(master);
      try {
        return await task(lost.signal, () => {
          state.guard();
        });
      } finally {
        state.held.delete(master);
      }
    },
  };
  return { store, state, inner };
}

describe('a lock that is held for longer than one task', () => {
  it('is held until it is released, and each task under it uses it', async () => {
    const { store, state } = controlledRecords();
    const lock = await holdLock(store, 'main', 0, ignore);
    expect([...state.held]).toEqual(['main']);
    expect(await lock.records.withLock('main', 0, () => Promise.resolve('done'))).toBe('done');
    await expect(
      lock.records.withLock('main', 0, () => Promise.reject(new Error('of the task'))),
    ).rejects.toThrow('of the task');
    expect([...state.held]).toEqual(['main']);
    await lock.release();
    expect([...state.held]).toEqual([]);
  });

  it('is not acquired while another process holds it: the error names the holder, and nothing is read', async () => {
    const { store, state } = controlledRecords();
    state.isFree = false;
    const waits: LockWait[] = [];
    await expect(holdLock(store, 'main', 0, (one) => void waits.push(one))).rejects.toBe(taken);
    expect([waits, state.reads, [...state.held]]).toEqual([[wait], 0, []]);
  });

  it('passes on that it was lost, and its guard', async () => {
    const { store, state } = controlledRecords();
    const lock = await holdLock(store, 'main', 0, ignore);
    state.guard = () => {
      throw taken;
    };
    state.lost.abort(taken);
    await lock.records.withLock('main', 0, (lost, guard) => {
      expect(lost.reason).toBe(taken);
      expect(guard).toThrow(taken);
      return Promise.resolve();
    });
    await lock.release();
  });

  it('reports that it could not be released', async () => {
    const { store } = controlledRecords();
    const lock = await holdLock(
      {
        ...store,
        withLock: (...args) =>
          store.withLock(...args).then(() => {
            throw taken;
          }),
      },
      'main',
      0,
      ignore,
    );
    await expect(lock.release()).rejects.toBe(taken);
  });

  it('does not cover other masters: each of them has its own', async () => {
    const { store, state } = controlledRecords();
    const lock = await holdLock(store, 'main', 0, ignore);
    await lock.records.withLock('other', 0, () => {
      expect([...state.held]).toEqual(['main', 'other']);
      return Promise.resolve();
    });
    expect([...state.held]).toEqual(['main']);
    await lock.release();
  });
});

describe('the records under a held lock', () => {
  it('are read once, and again after they were written', async () => {
    const { store, state, inner } = controlledRecords();
    const lock = await holdLock(store, 'main', 0, ignore);
    const readBoth = () => Promise.all([lock.records.read('main'), lock.records.readIntent('main')]);
    expect(await readBoth()).toEqual([null, null]);
    expect(await readBoth()).toEqual([null, null]);
    expect(state.reads).toBe(2);
    const intent = { ...record, startedAt: record.appliedAt, objects: new Map() };
    await lock.records.writeIntent('main', intent);
    await lock.records.write(record);
    expect([inner.record, inner.intent]).toEqual([record, intent]);
    expect(await readBoth()).toEqual([record, intent]);
    await lock.records.writeIntent('main', null);
    expect(await readBoth()).toEqual([record, null]);
    expect(state.reads).toBe(5);
    await lock.release();
  });

  it('of another master are not those of this one', async () => {
    const { store } = controlledRecords();
    const byName: RecordStore = { ...store, read: (master) => Promise.resolve({ ...record, master }) };
    const lock = await holdLock(byName, 'main', 0, ignore);
    expect((await lock.records.read('main'))?.master).toBe('main');
    expect((await lock.records.read('other'))?.master).toBe('other');
    await lock.release();
  });
});
