import type { MaintenanceWindow } from '../../model/index.js';
import type { Checked } from '../yaml/check-schema.js';

/** As a file of a site, worker or device declares them. */
export type DeclaredWindows = Checked<'site'>['maintenanceWindows'];

/**
 * Those that hold changes back at some time: the others are for people.
 * @param of where they are declared
 */
export function windowsOf(declared: DeclaredWindows, timeZone: string, of: string): MaintenanceWindow[] {
  return (declared ?? []).flatMap(({ reconcile: rule = 'allowed', reason, ...window }) =>
    rule === 'allowed' ? [] : [{ ...window, timeZone, of, rule, reason: reason ?? null }],
  );
}

/** Absent rather than empty: most labs have none. */
export function withWindows(windows: readonly MaintenanceWindow[]): {
  readonly windows?: readonly MaintenanceWindow[];
} {
  return windows.length === 0 ? {} : { windows };
}
