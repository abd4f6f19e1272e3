import type { DrainWindow, MaintenanceWindow } from '../../model/index.js';
import type { Checked } from '../yaml/check-schema.js';

/** As a file of a site, worker or device declares them. */
export type DeclaredWindows = Checked<'site'>['maintenanceWindows'];

/** @param of where they are declared */
export function windowsOf(declared: DeclaredWindows, timeZone: string, of: string): MaintenanceWindow[] {
  return (declared ?? []).map(({ reconcile: rule = 'allowed', reason, ...window }) => ({
    ...{ ...window, timeZone, of, rule },
    reason: reason ?? null,
  }));
}

/** As a master gets them: what they mean for lavaflow's own changes does not concern it. Absent rather than empty. */
export function drainedBy(windows: readonly MaintenanceWindow[]): {
  readonly maintenanceWindows?: readonly DrainWindow[];
} {
  if (windows.length === 0) return {};
  return {
    maintenanceWindows: windows.map(({ timeZone, days, from, to, of, reason }) => ({
      ...{ timeZone, days, from, to },
      ...{ of, reason },
    })),
  };
}

/** Absent rather than empty: most labs have none. */
export function withWindows(windows: readonly MaintenanceWindow[]): {
  readonly windows?: readonly MaintenanceWindow[];
} {
  return windows.length === 0 ? {} : { windows };
}
