/**
 * A master's lock that is held for longer than one call of `withLock`, so that reading the lab and reading the master can
 * both happen under it.
 *
 *   waiting -> held     `holdLock` resolves
 *   held -> released    `release`, or the lock is lost (then writes are refused)
 */
import type { LockWait, RecordStore, WriteGuard } from '../../reconcile/index.js';

export interface HeldLock {
  /** The store; its `withLock` for this master uses the lock that is held. */
  readonly records: RecordStore;
  release(): Promise<void>;
}

/**
 * Acquires the lock of a master.
 * @param onWait called when another process holds it
 * @throws ExternalError when it is not free in time
 */
export async function holdLock(
  store: RecordStore,
  master: string,
  waitMs: number,
  onWait: (wait: LockWait) => void,
): Promise<HeldLock> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let ended: Promise<void> = Promise.resolve();
  const held = await new Promise<{ readonly lost: AbortSignal; readonly guard: WriteGuard }>(
    (resolve, reject) => {
      const hold = (lost: AbortSignal, guard: WriteGuard): Promise<void> => {
        resolve({ lost, guard });
        return released;
      };
      ended = store.withLock(master, waitMs, hold, onWait);
      ended.catch(reject);
    },
  );
  return {
    records: {
      ...readingOnce(store),
      withLock: (name, wait, task, onOther) =>
        name === master ? task(held.lost, held.guard) : store.withLock(name, wait, task, onOther),
    },
    release() {
      release();
      return ended;
    },
  };
}

/** While the lock is held, nobody else changes what was read. */
function readingOnce(store: RecordStore): RecordStore {
  const records = new Map<string, ReturnType<RecordStore['read']>>();
  const intents = new Map<string, ReturnType<RecordStore['readIntent']>>();
  return {
    ...store,
    read: (master) => onceIn(records, master, (name) => store.read(name)),
    readIntent: (master) => onceIn(intents, master, (name) => store.readIntent(name)),
    write(record) {
      records.delete(record.master);
      return store.write(record);
    },
    writeIntent(master, intent) {
      intents.delete(master);
      return store.writeIntent(master, intent);
    },
  };
}

function onceIn<T>(
  known: Map<string, Promise<T>>,
  master: string,
  read: (master: string) => Promise<T>,
): Promise<T> {
  const before = known.get(master);
  if (before !== undefined) return before;
  const reading = read(master);
  known.set(master, reading);
  return reading;
}
