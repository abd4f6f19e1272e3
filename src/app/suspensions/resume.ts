import { isSuspended, type Suspension } from '../../model/index.js';
import { ExternalError } from '../../diagnostics/index.js';
import type { RecordStore } from '../../reconcile/index.js';
import { openMaster, type SuspensionFeedback } from './open-master.js';

/**
 * Ends the suspension of a master before its time.
 * @returns the suspension that was active; null: the master was not suspended, or its suspension could not be read
 * @throws UsageError when the lab or the records cannot be used, or the lab has no such master
 * @throws ExternalError when the records cannot be written
 */
export async function resumeMaster(
  options: { readonly lab: string; readonly master: string; readonly records: string },
  feedback: SuspensionFeedback,
): Promise<{ readonly ended: Suspension | null }> {
  const { master, records, lockWaitMs } = await openMaster(options, feedback);
  const { name } = master;
  // Somebody who holds the lock is not writing if the master is suspended.
  const before = await readable(records, name);
  if (before === null) return { ended: null };
  await records.withLock(name, lockWaitMs, () => records.writeSuspension(name, null), feedback.onWait);
  return { ended: before !== 'damaged' && isSuspended(before, new Date()) ? before : null };
}

/** A damaged suspension is removed like any other. A store that cannot be read fails again when it is written. */
async function readable(records: RecordStore, master: string): Promise<Suspension | 'damaged' | null> {
  try {
    return await records.readSuspension(master);
  } catch (error) {
    if (error instanceof ExternalError) return 'damaged';
    throw error;
  }
}
