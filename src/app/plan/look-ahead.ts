import { ExternalError, UsageError } from '../../diagnostics/index.js';
import { createMasterTarget } from '../../lava/index.js';
import { readRules, type FileMap } from '../../lab/index.js';
import type { AppliedRecord } from '../../model/index.js';
import type { MasterTarget, RecordStore } from '../../reconcile/index.js';
import { accessTo } from '../masters/index.js';
import { openRecords } from '../records/index.js';
import type { LabPlace } from '../state/index.js';

export interface LookAhead {
  readonly place: LabPlace;
  /** Default: the only master. */
  readonly master?: string | undefined;
  /** Where applied state is stored: `file` or `git:REMOTE`. */
  readonly records: string;
  /** Whether the use case will compare the master with these files. */
  isWanted(record: AppliedRecord): boolean;
}

/** A master that is being read. */
export interface MasterAhead {
  readonly name: string;
  readonly target: MasterTarget;
  /** Reads the records as they were when reading the master started. Only for use cases that do not write. */
  readonly readRecord: RecordStore['read'];
}

/**
 * Starts reading the master of a use case while the desired state is still being built, because a master needs as much
 * time to respond as a lab needs to load. Errors are not reported here: whatever fails, fails again where it is needed.
 * @returns null if the master is ambiguous or cannot be reached, or if nothing was applied to it yet
 */
export async function lookAhead(files: FileMap, ahead: LookAhead): Promise<MasterAhead | null> {
  // Records elsewhere are slower to read than the lab.
  if (ahead.records !== 'file') return null;
  const masters = readRules(files)?.masters ?? new Map<string, never>();
  const [only, ...others] = masters.values();
  const master = ahead.master === undefined && others.length === 0 ? only : masters.get(ahead.master ?? '');
  if (master === undefined) return null;
  try {
    const access = accessTo(master, 'reconciler', ahead.place);
    if ('off' in access) return null;
    const { records } = openRecords(ahead.place, ahead.records);
    const record = await records.read(master.name);
    if (record === null || !ahead.isWanted(record)) return null;
    const target = createMasterTarget(access);
    target.beginObserving?.(new Set(record.objects.keys()));
    const readRecord = (name: string) =>
      name === master.name ? Promise.resolve(record) : records.read(name);
    return { name: master.name, target, readRecord };
  } catch (error) {
    if (error instanceof ExternalError || error instanceof UsageError) return null;
    throw error;
  }
}
