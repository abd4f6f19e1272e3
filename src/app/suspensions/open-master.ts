import { openLab, type LabFeedback, type UsableLab } from '../lab/index.js';
import { chooseMaster } from '../masters/index.js';
import { openRecords } from '../request/index.js';
import type { Master } from '../../model/index.js';
import type { LockWait, RecordStore } from '../../reconcile/index.js';

export interface SuspensionFeedback extends LabFeedback {
  /** Called when another process holds the lock: it may be writing to the master. */
  readonly onWait: (wait: LockWait) => void;
}

/** An apply that is in progress gets this much time to end. */
const defaultLockWaitMs = 5 * 60_000;

/** A master and its records. The master need not be reachable. */
interface OpenMaster {
  readonly lab: UsableLab;
  readonly master: Master;
  readonly records: RecordStore;
  readonly lockWaitMs: number;
}

/**
 * @throws UsageError when the lab or the records cannot be used, or the lab has no such master
 * @throws ExternalError
 */
export async function openMaster(
  options: { readonly lab: string; readonly master: string; readonly records: string },
  feedback: LabFeedback,
): Promise<OpenMaster> {
  const lab = await openLab(options.lab, null, feedback);
  const master = chooseMaster(lab.lab, options.master, lab.place);
  const { records, lockWaitMs = 0 } = openRecords(lab.place, options.records);
  return { lab, master, records, lockWaitMs: Math.max(lockWaitMs, defaultLockWaitMs) };
}
