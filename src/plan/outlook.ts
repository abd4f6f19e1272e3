/** What follows from a plan as a whole: what is pending, drifted or unreadable. */
import type { Change, DriftMode } from '../model/index.js';
import { isRemoval, isWrite } from './changes.js';
import { modesIn } from './path-rules.js';
import type { Plan } from './plan.js';

/** What an apply would do, in order. */
export function pendingChanges(plan: Plan): Change[] {
  return plan.changes.filter((change) => isWrite(change.verb));
}

/** An apply would do nothing. The plan may still contain entries that keep or report. */
export function isEmpty(plan: Plan): boolean {
  return pendingChanges(plan).length === 0;
}

/** Differences that somebody made on the master, whether or not an apply would revert them. */
export function driftOf(plan: Plan): Change[] {
  return plan.changes.filter((change) => change.cause === 'drift');
}

/**
 * Drift that somebody should know about: all except what the lab only observes.
 * @param mode restricts the result to drift of this mode
 */
export function alarmingDrift(plan: Plan, mode?: DriftMode): Change[] {
  const modeOf = modesIn(plan.settings);
  return driftOf(plan).filter((change) => {
    const { key, fields } = change;
    const modes = isRemoval(change) ? [modeOf(key, null)] : fields.map(({ field }) => modeOf(key, field));
    return modes.some((one) => (mode === undefined ? one !== 'observe' : one === mode));
  });
}

/** Drift that should be reverted, but is left alone for a while because earlier restorations did not last. */
export function contestedOf(plan: Plan): Change[] {
  return plan.changes.filter((change) => change.hold === 'contested');
}

/** What the lab names but the master does not show. The plan may be incomplete because of it. */
export function unseenOf(plan: Plan): Change[] {
  return plan.changes.filter((change) => change.hold === 'unreadable');
}

/**
 * What the lab specifies but cannot be made, because something that it needs is missing, or its name is taken. An apply
 * does not complete the lab.
 */
export function unmetOf(plan: Plan): Change[] {
  return plan.changes.filter(({ hold }) => hold === 'missing-need' || hold === 'name-taken');
}

/** What the lab specifies, and maintenance windows do not allow now. It is applied when they do. */
export function waitingOf(plan: Plan): Change[] {
  return plan.changes.filter(({ hold }) => hold === 'window');
}
