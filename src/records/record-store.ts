/**
 * Records as files, one master `<name>.json` and, while an apply is under way, `<name>.intent.json`. Whoever writes
 * holds the master's lock (lock.ts); each write looks whether it is still held.
 */
import path from 'node:path';

import {
  intentFromText,
  intentToText,
  recordFromText,
  recordToText,
  type RecordStore,
  type WriteGuard,
} from '../reconcile/index.js';
import { makeDirectory, readText, removeDurably, replaceFile, sweepTemporaries } from './files.js';
import { takeLock, type HeldLock, type LockSight, type LockTimes } from './lock.js';

export interface RecordStoreOptions {
  /** For tests; a lock lasts 60 s without renewal, and is renewed every 15 s. */
  readonly lockTimes?: LockTimes;
}

const usualTimes: LockTimes = { ttlMs: 60_000, renewMs: 15_000, pollMs: 100 };

/** @param directory made when something is first written */
export function openRecordStore(directory: string, options: RecordStoreOptions = {}): RecordStore {
  const times = options.lockTimes ?? usualTimes;
  const held = new Map<string, HeldLock>();
  const sights = new Map<string, LockSight>();
  // A name holds no separator and no dot then: it leads nowhere else, and meets no other master's files.
  const pathOf = (master: string) => path.join(directory, encodeURIComponent(master).replaceAll('.', '%2E'));

  function guardOf(master: string): WriteGuard {
    const lock = held.get(master);
    if (lock === undefined) throw new Error(`the record of ${master} is written without its lock`);
    return lock.guard;
  }

  return {
    async read(master) {
      const file = `${pathOf(master)}.json`;
      const text = await readText(file);
      return text === null ? null : recordFromText(text, master, file);
    },
    async write(record) {
      const guard = guardOf(record.master);
      await makeDirectory(directory);
      await replaceFile(`${pathOf(record.master)}.json`, recordToText(record), guard);
    },
    async readIntent(master) {
      const file = `${pathOf(master)}.intent.json`;
      const text = await readText(file);
      return text === null ? null : intentFromText(text, master, file);
    },
    async writeIntent(master, intent) {
      const guard = guardOf(master);
      const file = `${pathOf(master)}.intent.json`;
      if (intent === null) await removeDurably(file, guard);
      else await replaceFile(file, intentToText(intent), guard);
    },
    async withLock(master, waitMs, task, onWait) {
      const lock = await takeLock({
        base: pathOf(master),
        waitMs,
        times,
        seen: sights.get(master) ?? null,
        onSight: (sight) => sights.set(master, sight),
        onWait,
      });
      held.set(master, lock);
      try {
        await sweepTemporaries(pathOf(master), times.ttlMs);
        return await task(lock.lost, lock.guard);
      } finally {
        held.delete(master);
        await lock.release();
      }
    },
  };
}
