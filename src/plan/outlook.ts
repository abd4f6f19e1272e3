/** What follows from a plan as a whole: what is pending, drifted or unseen, and the exit code. */
import type { Change, DriftMode } from '../model/index.js';
import { isRemoval, isWrite } from './changes.js';
import { modesIn } from './path-rules.js';
import type { Plan } from './plan.js';

/** What an apply would do, in order. */
export function pendingChanges(plan: Plan): Change[] {
  return plan.changes.filter((change) => isWrite(change.verb));
}

/** An apply would do nothing. There may be entries that keep or report. */
export function isEmpty(plan: Plan): boolean {
  return pendingChanges(plan).length === 0;
}

/** Differences that somebody made on the master, whether an apply would put them back or not. */
export function driftOf(plan: Plan): Change[] {
  return plan.changes.filter((change) => change.cause === 'drift');
}

/**
 * Drift that somebody should hear of: not what the lab only observes.
 * @param mode only that of this mode
 */
export function alarmingDrift(plan: Plan, mode?: DriftMode): Change[] {
  const modeOf = modesIn(plan.settings);
  return driftOf(plan).filter((change) => {
    const { key, fields } = change;
    const modes = isRemoval(change) ? [modeOf(key, null)] : fields.map(({ field }) => modeOf(key, field));
    return modes.some((one) => (mode === undefined ? one !== 'observe' : one === mode));
  });
}

/** Drift that is to be put back, and left alone for a while because that did not last. */
export function contestedOf(plan: Plan): Change[] {
  return plan.changes.filter((change) => change.hold === 'contested');
}

/** What the lab names and the master does not let us see: the plan is not known to be complete. */
export function unseenOf(plan: Plan): Change[] {
  return plan.changes.filter((change) => change.hold === 'unreadable');
}

/** What the lab names and cannot be made, because what it needs is missing: the plan does not bring the lab about. */
export function unmetOf(plan: Plan): Change[] {
  return plan.changes.filter((change) => change.hold === 'missing-need');
}

/**
 * Exit code of `plan` and `drift`:
 * - 2: changes pending that the lab asks for;
 * - 5: only differences that the lab did not make: drift that is not just observed, or objects in the way that nobody
 *   adopted;
 * - 1: nothing of this, but part of the master could not be read, so that there is nothing to say about it, or
 *   something is not made because what it needs is missing;
 * - 0: nothing to do. What the release does not support or the lab does not name is a note.
 */
export function exitCodeOf(plan: Plan): 0 | 1 | 2 | 5 {
  if (pendingChanges(plan).some((change) => change.cause !== 'drift')) return 2;
  if (alarmingDrift(plan).length > 0 || plan.changes.some((change) => change.hold === 'unadopted')) return 5;
  return unseenOf(plan).length > 0 || unmetOf(plan).length > 0 ? 1 : 0;
}
