/**
 * Records as files: `<name>.json` for each master; while an apply is in progress, `<name>.intent.json`; and
 * `<name>.suspension.json` if somebody has suspended it. Writers hold the master's lock (lock.ts); each write checks that
 * it is still held.
 */
import path from 'node:path';

import {
  intentFromText,
  intentToText,
  recordFromText,
  recordToText,
  suspensionFromText,
  suspensionToText,
  type RecordStore,
  type WriteGuard,
} from '../reconcile/index.js';
import { listNames, makeDirectory, readText, removeDurably, replaceFile, sweepTemporaries } from './files.js';
import { takeLock, type HeldLock, type LockSight, type LockTimes } from './lock.js';

export interface RecordStoreOptions {
  /** For tests; default: a lock expires after 60 s and is renewed every 15 s. */
  readonly lockTimes?: LockTimes;
}

const usualTimes: LockTimes = { ttlMs: 60_000, renewMs: 15_000, pollMs: 100 };

/** @param directory created with the first write */
export function openRecordStore(directory: string, options: RecordStoreOptions = {}): RecordStore {
  const times = options.lockTimes ?? usualTimes;
  const held = new Map<string, HeldLock>();
  const sights = new Map<string, LockSight>();
  // Encoded names contain neither separators nor dots: they cannot leave the directory or clash with another master's files.
  const pathOf = (master: string) => path.join(directory, encodeURIComponent(master).replaceAll('.', '%2E'));

  function guardOf(master: string): WriteGuard {
    const lock = held.get(master);
    if (lock === undefined) throw new Error(`the record of ${master} was written without its lock`);
    return lock.guard;
  }

  return {
    async masters() {
      const names = await listNames(directory);
      // Names of masters have no dots in them here.
      return names.flatMap((name) => {
        const [, encoded] = /^([^.]+)\.json$/.exec(name) ?? [];
        return encoded === undefined ? [] : [decodeURIComponent(encoded)];
      });
    },
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
    async readSuspension(master) {
      const file = `${pathOf(master)}.suspension.json`;
      const text = await readText(file);
      return text === null ? null : suspensionFromText(text, master, file);
    },
    async writeSuspension(master, suspension) {
      const guard = guardOf(master);
      const file = `${pathOf(master)}.suspension.json`;
      if (suspension === null) await removeDurably(file, guard);
      else await replaceFile(file, suspensionToText(suspension), guard);
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
