import type { DesiredMaster, MaintenanceWindow, ObjectKey } from '../model/index.js';
import { windowsOf } from './config/windows.js';
import type { LabParts } from './lab-parts.js';

/**
 * The windows of each worker and device: its own, and those of its worker and site. Only those that hold changes back at
 * some time.
 */
export function windowsIn(
  objects: DesiredMaster['objects'],
  parts: Pick<LabParts, 'sites' | 'workers' | 'devices'>,
): Map<ObjectKey, readonly MaintenanceWindow[]> {
  const windows = new Map<ObjectKey, readonly MaintenanceWindow[]>();
  const ofWorkers = new Map<string, readonly MaintenanceWindow[]>();
  for (const { name, site, maintenanceWindows } of parts.workers.values()) {
    ofWorkers.set(name, [...ofSite(site), ...own(maintenanceWindows, site, `worker ${name}`)]);
  }
  for (const [key, { kind, name }] of objects) {
    const found = kind === 'worker' ? (ofWorkers.get(name) ?? []) : kind === 'device' ? ofDevice(name) : [];
    if (found.length > 0) windows.set(key, found);
  }
  return windows;

  function ofDevice(name: string): readonly MaintenanceWindow[] {
    const device = parts.devices.get(name);
    const worker = device?.worker == null ? undefined : parts.workers.get(device.worker);
    const site = worker?.site ?? device?.site ?? null;
    const shared = worker === undefined ? ofSite(site) : (ofWorkers.get(worker.name) ?? []);
    const more = own(device?.says?.maintenanceWindows, site, `device ${name}`);
    // Thousands of devices share one list.
    return more.length === 0 ? shared : [...shared, ...more];
  }

  function ofSite(site: string | null): readonly MaintenanceWindow[] {
    return (site === null ? undefined : parts.sites.get(site)?.windows) ?? [];
  }

  function own(
    declared: Parameters<typeof windowsOf>[0],
    site: string | null,
    of: string,
  ): readonly MaintenanceWindow[] {
    const timeZone = (site === null ? undefined : parts.sites.get(site)?.timeZone) ?? 'UTC';
    return windowsOf(declared, timeZone, of);
  }
}
