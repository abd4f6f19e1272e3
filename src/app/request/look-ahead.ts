import { createMasterTarget } from '../../lava/index.js';
import { readRules, type FileMap } from '../../lab/index.js';
import type { AppliedRecord, Master } from '../../model/index.js';
import type { LockWait } from '../../reconcile/index.js';
import { begin, beginAhead, findMaster, orNull, type LookAhead, type MasterAhead } from './ahead.js';
import { holdLock } from './held-lock.js';
import { openMasterMemory } from './master-memory.js';

/** As `reconcile` waits. */
const defaultLockWaitMs = 30_000;

/** A master that is being read under its lock. */
export interface LockedAhead extends MasterAhead {
  release(): Promise<void>;
}

/** `beginAhead` for a lab whose files are known, but not yet its desired state. */
export async function lookAhead(
  files: FileMap,
  ahead: LookAhead,
  isWanted: (record: AppliedRecord) => boolean,
): Promise<MasterAhead | null> {
  return orNull(() => beginAhead(mastersIn(files), ahead, isWanted));
}

/**
 * Like `lookAhead`, for a use case that writes: acquires the master's lock first, so that what is read is still true when
 * it is compared. Does not begin to read after an interrupted apply, which may have to be undone first.
 * @param onWait called when another process holds the lock
 * @returns null as `lookAhead`; otherwise the caller releases the lock
 * @throws ExternalError when the lock is not free in time
 */
export async function lookAheadLocked(
  files: FileMap,
  ahead: LookAhead,
  onWait: (wait: LockWait) => void,
): Promise<LockedAhead | null> {
  const found = await orNull(async () => Promise.resolve(findMaster(mastersIn(files), ahead)));
  if (found === null) return null;
  const { master, access, store } = found;
  const { name } = master;
  const lock = await holdLock(store.records, name, store.lockWaitMs ?? defaultLockWaitMs, onWait);
  const { records } = lock;
  const begun = await orNull(async () => {
    const [record, intent] = await Promise.all([records.read(name), records.readIntent(name)]);
    return intent === null ? begin(access, record, ahead.place) : null;
  });
  const target = begun ?? createMasterTarget(access, openMasterMemory(ahead.place.state));
  return { name, target, records, release: () => lock.release() };
}

function mastersIn(files: FileMap): ReadonlyMap<string, Master> {
  return readRules(files)?.masters ?? new Map<string, never>();
}
