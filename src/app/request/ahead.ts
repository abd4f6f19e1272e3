/**
 * Begins to read a master before everything is known that will be compared with it. Loaded before the code that plans, so
 * that the master responds while that code is loaded.
 */
import { ExternalError, UsageError } from '../../diagnostics/index.js';
import { createMasterTarget } from '../../lava/index.js';
import type { AppliedRecord, Master } from '../../model/index.js';
import type { MasterTarget, RecordStore } from '../../reconcile/index.js';
import { accessTo, type Access } from '../masters/index.js';
import type { LabPlace } from '../state/index.js';
import { openMasterMemory } from './master-memory.js';
import { openRecords, type OpenRecords } from './open-records.js';

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

export interface Found {
  readonly master: Master;
  readonly access: Access;
  readonly store: OpenRecords;
}

/**
 * Starts reading the master of a use case that does not write, because a master needs as much time to respond as a lab, or
 * the code that plans, needs to load. Errors are not reported here: whatever fails, fails again where it is needed.
 * @param isWanted whether the use case will compare the master with the lab that was last applied
 * @returns null if the master is ambiguous or cannot be reached, or if nothing was applied to it yet
 */
export async function beginAhead(
  masters: ReadonlyMap<string, Master>,
  ahead: LookAhead,
  isWanted: (record: AppliedRecord) => boolean,
): Promise<MasterAhead | null> {
  return orNull(async () => {
    const found = findMaster(masters, ahead);
    if (found === null) return null;
    const { master, access, store } = found;
    // Before the master: otherwise, what another apply writes meanwhile would look like drift.
    const record = await store.records.read(master.name);
    if (record === null || !isWanted(record)) return null;
    const read = (name: string) =>
      name === master.name ? Promise.resolve(record) : store.records.read(name);
    return {
      name: master.name,
      target: begin(access, record, ahead.place),
      records: { ...store.records, read },
    };
  });
}

/**
 * @throws UsageError
 * @throws ExternalError
 */
export function findMaster(masters: ReadonlyMap<string, Master>, ahead: LookAhead): Found | null {
  // Records elsewhere are slower to read than the lab.
  if (ahead.records !== 'file') return null;
  const [only, ...others] = masters.values();
  const master = ahead.master === undefined && others.length === 0 ? only : masters.get(ahead.master ?? '');
  if (master === undefined) return null;
  const access = accessTo(master, 'reconciler', ahead.place);
  if ('off' in access) return null;
  return { master, access, store: openRecords(ahead.place, ahead.records) };
}

export function begin(access: Access, record: AppliedRecord | null, { state }: LabPlace): MasterTarget {
  const target = createMasterTarget(access, openMasterMemory(state));
  target.beginObserving?.(new Set(record?.objects.keys()));
  return target;
}

export async function orNull<T>(find: () => Promise<T | null>): Promise<T | null> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof ExternalError || error instanceof UsageError) return null;
    throw error;
  }
}
