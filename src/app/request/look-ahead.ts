import { ExternalError, UsageError } from '../../diagnostics/index.js';
import { createMasterTarget } from '../../lava/index.js';
import { readRules, type FileMap } from '../../lab/index.js';
import type { AppliedRecord, Master } from '../../model/index.js';
import type { LockWait, MasterTarget, RecordStore } from '../../reconcile/index.js';
import { accessTo, type Access } from '../masters/index.js';
import { openRecords, type OpenRecords } from './open-records.js';
import type { LabPlace } from '../state/index.js';
import { holdLock } from './held-lock.js';

/** As `reconcile` waits. */
const defaultLockWaitMs = 30_000;

export interface LookAhead {
  readonly place: LabPlace;
  /** Default: the only master. */
  readonly master?: string | undefined;
  /** Where applied state is stored: `file` or `git:REMOTE`. */
  readonly records: string;
}

/** A master that is being read. */
export interface MasterAhead {
  readonly name: string;
  readonly target: MasterTarget;
  /** The records, as they were when reading the master started. */
  readonly records: RecordStore;
}

/** A master that is being read under its lock. */
export interface LockedAhead extends MasterAhead {
  release(): Promise<void>;
}

/**
 * Starts reading the master of a use case that does not write, while the desired state is still being built, because a
 * master needs as much time to respond as a lab needs to load. Errors are not reported here: whatever fails, fails again
 * where it is needed.
 * @param isWanted whether the use case will compare the master with the lab that was last applied
 * @returns null if the master is ambiguous or cannot be reached, or if nothing was applied to it yet
 */
export async function lookAhead(
  files: FileMap,
  ahead: LookAhead,
  isWanted: (record: AppliedRecord) => boolean,
): Promise<MasterAhead | null> {
  return orNull(async () => {
    const found = findMaster(files, ahead);
    if (found === null) return null;
    const { master, access, store } = found;
    const record = await store.records.read(master.name);
    if (record === null || !isWanted(record)) return null;
    const read = (name: string) =>
      name === master.name ? Promise.resolve(record) : store.records.read(name);
    return { name: master.name, target: begin(access, record), records: { ...store.records, read } };
  });
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
  const found = await orNull(async () => Promise.resolve(findMaster(files, ahead)));
  if (found === null) return null;
  const { master, access, store } = found;
  const { name } = master;
  const lock = await holdLock(store.records, name, store.lockWaitMs ?? defaultLockWaitMs, onWait);
  const { records } = lock;
  const begun = await orNull(async () => {
    const [record, intent] = await Promise.all([records.read(name), records.readIntent(name)]);
    return intent === null ? begin(access, record) : null;
  });
  const target = begun ?? createMasterTarget(access);
  return { name, target, records, release: () => lock.release() };
}

interface Found {
  readonly master: Master;
  readonly access: Access;
  readonly store: OpenRecords;
}

/**
 * @throws UsageError
 * @throws ExternalError
 */
function findMaster(files: FileMap, ahead: LookAhead): Found | null {
  // Records elsewhere are slower to read than the lab.
  if (ahead.records !== 'file') return null;
  const masters = readRules(files)?.masters ?? new Map<string, never>();
  const [only, ...others] = masters.values();
  const master = ahead.master === undefined && others.length === 0 ? only : masters.get(ahead.master ?? '');
  if (master === undefined) return null;
  const access = accessTo(master, 'reconciler', ahead.place);
  if ('off' in access) return null;
  return { master, access, store: openRecords(ahead.place, ahead.records) };
}

function begin(access: Access, record: AppliedRecord | null): MasterTarget {
  const target = createMasterTarget(access);
  target.beginObserving?.(new Set(record?.objects.keys()));
  return target;
}

async function orNull<T>(find: () => Promise<T | null>): Promise<T | null> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof ExternalError || error instanceof UsageError) return null;
    throw error;
  }
}
