import { isSuspended, type Suspension } from '../../model/index.js';
import { openLab, type LabFeedback } from '../lab/index.js';
import { openRecords } from '../request/index.js';

/**
 * The suspensions of a lab's masters that are active.
 * @throws UsageError when the lab or the records cannot be used
 * @throws ExternalError
 */
export async function listSuspensions(
  options: { readonly lab: string; readonly records: string },
  feedback: LabFeedback,
): Promise<readonly Suspension[]> {
  const { lab, place } = await openLab(options.lab, null, feedback);
  const { records } = openRecords(place, options.records);
  const now = new Date();
  const active: Suspension[] = [];
  for (const master of lab.masters.keys()) {
    const suspension = await records.readSuspension(master);
    if (isSuspended(suspension, now)) active.push(suspension);
  }
  return active;
}
