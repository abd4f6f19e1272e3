import type { DeviceHealth, GroupPermission } from '../../model/index.js';
import { extendedTemplateOf } from '../../templates/index.js';
import { findDeviceType } from '../store/configuration/device-types.js';
import { deleteDevice, findDevice, saveDevice } from '../store/configuration/devices.js';
import { holdingJob } from '../store/jobs/jobs.js';
import { replaceDevicePermissions } from '../store/configuration/permissions.js';
import { ensurePrincipal } from '../store/access/principals.js';
import { replaceDeviceTags } from '../store/configuration/tags.js';
import type { Device } from '../store/values.js';
import { findWorker } from '../store/configuration/workers.js';
import type { Application } from './application.js';
import { presenceProblem, wanted } from './presence.js';
import type { RequestedChange } from './request.js';

/** A new device is Unknown, so its health check, if it has one, runs before any other job. */
function newDevice(hostname: string, deviceType: string, revisionId: number): Device {
  return {
    hostname,
    deviceType,
    worker: null,
    description: null,
    health: 'Unknown',
    healthReason: null,
    version: null,
    physicalOwner: null,
    physicalGroup: null,
    dictionary: null,
    extendsTemplate: null,
    lastJob: 0,
    lastHealthReportJob: null,
    lostChecks: 0,
    checkNotBefore: null,
    maintenanceWindows: [],
    revisionId,
  };
}

export async function applyDevice(application: Application, change: RequestedChange): Promise<string | null> {
  const { tx, revisionId } = application;
  const { name: hostname } = change;
  const found = await findDevice(tx, hostname);
  const problem = presenceProblem(application, change, found !== undefined);
  if (problem !== null) return problem;
  const deviceType = wanted(change, 'deviceType', found?.deviceType ?? null);
  if (deviceType === null) return 'it requires a deviceType';
  const present = found ?? newDevice(hostname, deviceType, revisionId);
  const worker = wanted(change, 'worker', present.worker);
  if ((await findDeviceType(tx, deviceType)) === undefined) {
    return `its device type ${deviceType} does not exist`;
  }
  if (worker !== null && (await findWorker(tx, worker)) === undefined) {
    return `its worker ${worker} does not exist`;
  }
  const health: DeviceHealth =
    change.verb === 'retire' ? 'Retired' : wanted(change, 'health', present.health);
  const dictionary = wanted(change, 'dictionary', present.dictionary);
  const device: Device = {
    ...present,
    deviceType,
    worker,
    description: wanted(change, 'description', present.description),
    health,
    healthReason:
      health === present.health ? present.healthReason : `set by revision ${application.revision}`,
    version: wanted(change, 'version', present.version),
    physicalOwner: wanted(change, 'physicalOwner', present.physicalOwner),
    physicalGroup: wanted(change, 'physicalGroup', present.physicalGroup),
    dictionary,
    extendsTemplate: dictionary === null ? null : extendedTemplateOf(dictionary),
    maintenanceWindows: wanted(change, 'maintenanceWindows', present.maintenanceWindows),
    revisionId,
  };
  await saveDevice(tx, device);
  await applyRelations(application, change, device);
  return null;
}

async function applyRelations(
  application: Application,
  change: RequestedChange,
  device: Device,
): Promise<void> {
  const { tx } = application;
  if (change.verb === 'retire') return;
  if (device.physicalOwner !== null) await ensurePrincipal(tx, 'user', device.physicalOwner);
  if (device.physicalGroup !== null) await ensurePrincipal(tx, 'group', device.physicalGroup);
  if ('tags' in change.fields) {
    await replaceDeviceTags(tx, device.hostname, wanted<readonly string[]>(change, 'tags', []));
  }
  if (!('permissions' in change.fields)) return;
  const permissions = wanted<readonly GroupPermission[]>(change, 'permissions', []);
  for (const { group } of permissions) await ensurePrincipal(tx, 'group', group);
  await replaceDevicePermissions(tx, device.hostname, permissions);
}

export async function deleteOneDevice(
  application: Application,
  change: RequestedChange,
): Promise<string | null> {
  const { tx } = application;
  const { name: hostname } = change;
  const problem = presenceProblem(application, change, (await findDevice(tx, hostname)) !== undefined);
  if (problem !== null) return problem;
  const job = await holdingJob(tx, hostname);
  if (job !== undefined) return `job ${job} is running on it; cancel the job, or retire the device instead`;
  await deleteDevice(tx, hostname);
  return null;
}
