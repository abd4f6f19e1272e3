import type { DesiredMaster, DrainWindow, MaintenanceWindow, ObjectKey } from '../model/index.js';
import { drainedBy, windowsOf } from './config/windows.js';
import type { LabWorker } from './config/read-workers.js';
import type { LabDevice } from './devices/read-dictionaries.js';
import type { LabParts } from './lab-parts.js';

type Parts = Pick<LabParts, 'sites' | 'workers' | 'devices'>;
type Windows = readonly MaintenanceWindow[];

/** The windows of each worker and device: its own, and those of its worker and site. */
export function windowsIn(objects: DesiredMaster['objects'], parts: Parts): Map<ObjectKey, Windows> {
  const windows = new Map<ObjectKey, Windows>();
  const ofWorkers = new Map<string, Windows>();
  for (const worker of parts.workers.values()) ofWorkers.set(worker.name, ofWorker(worker, parts));
  for (const [key, { kind, name }] of objects) {
    const found = kind === 'worker' ? (ofWorkers.get(name) ?? []) : kind === 'device' ? ofDevice(name) : [];
    if (found.length > 0) windows.set(key, found);
  }
  return windows;

  function ofDevice(name: string): Windows {
    const device = parts.devices.get(name);
    if (device === undefined) return [];
    const shared = device.worker === null ? undefined : ofWorkers.get(device.worker);
    const more = besideWorker(device, parts);
    // Thousands of devices share one list.
    return shared === undefined ? more : more.length === 0 ? shared : [...shared, ...more];
  }
}

interface Drained {
  readonly maintenanceWindows?: readonly DrainWindow[];
}

/** The windows of a worker as a master gets them. They apply to its devices too. */
export function drainsOfWorker(worker: LabWorker, parts: Parts): Drained {
  return drainedBy(ofWorker(worker, parts));
}

/** The windows that a device has besides those of its worker, as a master gets them. */
export function drainsOfDevice(device: LabDevice, parts: Parts): Drained {
  return drainedBy(besideWorker(device, parts));
}

function ofWorker({ name, site, maintenanceWindows }: LabWorker, parts: Parts): Windows {
  return [...ofSite(site, parts), ...own(maintenanceWindows, site, `worker ${name}`, parts)];
}

/** Those of its site are windows of its worker, if it has one. */
function besideWorker(device: LabDevice, parts: Parts): Windows {
  const worker = device.worker === null ? undefined : parts.workers.get(device.worker);
  const site = worker?.site ?? device.site ?? null;
  const more = own(device.says?.maintenanceWindows, site, `device ${device.name}`, parts);
  return worker === undefined ? [...ofSite(site, parts), ...more] : more;
}

function ofSite(site: string | null, { sites }: Parts): Windows {
  return (site === null ? undefined : sites.get(site)?.windows) ?? [];
}

function own(
  declared: Parameters<typeof windowsOf>[0],
  site: string | null,
  of: string,
  { sites }: Parts,
): Windows {
  const timeZone = (site === null ? undefined : sites.get(site)?.timeZone) ?? 'UTC';
  return windowsOf(declared, timeZone, of);
}
