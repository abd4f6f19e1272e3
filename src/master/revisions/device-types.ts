import type { GroupPermission } from '../../model/index.js';
import { listAliases, replaceAliases } from '../store/configuration/aliases.js';
import {
  deleteDeviceType,
  deviceTypeNames,
  findDeviceType,
  saveDeviceType,
} from '../store/configuration/device-types.js';
import { deviceNames } from '../store/configuration/devices.js';
import { updateQueuedJobs } from '../store/jobs/jobs.js';
import { replaceTypePermissions } from '../store/configuration/permissions.js';
import { ensurePrincipal } from '../store/access/principals.js';
import type { DeviceType } from '../store/values.js';
import type { Application } from './application.js';
import { presenceProblem, wanted } from './presence.js';
import type { RequestedChange } from './request.js';

/** LAVA's defaults for a new device type (LAVA 2023.01: a health check every 24 hours). */
const newDeviceType = {
  description: null,
  display: true,
  healthCheckFrequency: { every: 24, unit: 'hours' },
  healthChecksDisabled: false,
  architecture: null,
  processor: null,
  cpuModel: null,
  bits: null,
  cores: [],
  coreCount: null,
} as const satisfies Omit<DeviceType, 'name' | 'revisionId'>;

export async function applyDeviceType(
  application: Application,
  change: RequestedChange,
): Promise<string | null> {
  const { tx, revisionId } = application;
  const { name } = change;
  const found = await findDeviceType(tx, name);
  const problem = presenceProblem(application, change, found !== undefined);
  if (problem !== null) return problem;
  const present: DeviceType = found ?? { ...newDeviceType, name, revisionId };
  await saveDeviceType(tx, {
    name,
    description: wanted(change, 'description', present.description),
    display: change.verb === 'retire' ? false : wanted(change, 'display', present.display),
    healthCheckFrequency: wanted(change, 'healthCheckFrequency', present.healthCheckFrequency),
    healthChecksDisabled: wanted(change, 'healthChecksDisabled', present.healthChecksDisabled),
    architecture: wanted(change, 'architecture', present.architecture),
    processor: wanted(change, 'processor', present.processor),
    cpuModel: wanted(change, 'cpuModel', present.cpuModel),
    bits: wanted(change, 'bits', present.bits),
    cores: wanted(change, 'cores', present.cores),
    coreCount: wanted(change, 'coreCount', present.coreCount),
    revisionId,
  });
  if (change.verb !== 'retire' && 'permissions' in change.fields) {
    const permissions = wanted<readonly GroupPermission[]>(change, 'permissions', []);
    for (const { group } of permissions) await ensurePrincipal(tx, 'group', group);
    await replaceTypePermissions(tx, name, permissions);
  }
  return null;
}

/** Aliases are written when all types exist, because a revision may move an alias from one type to another. */
export async function applyAliases(
  application: Application,
  changes: readonly RequestedChange[],
): Promise<[RequestedChange, string][]> {
  const { tx } = application;
  const setting = changes.filter((change) => change.verb !== 'retire' && 'aliases' in change.fields);
  for (const change of setting) await replaceAliases(tx, change.name, []);

  const types = await deviceTypeNames(tx);
  const owners = new Map((await listAliases(tx)).items.map((alias) => [alias.name, alias.deviceType]));
  const problems: [RequestedChange, string][] = [];
  for (const change of setting) {
    if (!types.has(change.name)) continue;
    const names = wanted<readonly string[]>(change, 'aliases', []);
    const problem = names.flatMap((alias) => aliasProblem(alias, types, owners))[0];
    if (problem !== undefined) problems.push([change, problem]);
    else await replaceAliases(tx, change.name, names);
    for (const alias of names) owners.set(alias, change.name);
  }
  return problems;
}

function aliasProblem(
  alias: string,
  types: ReadonlySet<string>,
  owners: ReadonlyMap<string, string>,
): string[] {
  if (types.has(alias)) return [`the alias ${alias} is the name of a device type`];
  const owner = owners.get(alias);
  return owner === undefined ? [] : [`the alias ${alias} belongs to the device type ${owner}`];
}

export async function deleteOneDeviceType(
  application: Application,
  change: RequestedChange,
): Promise<string | null> {
  const { tx, at } = application;
  const { name } = change;
  const problem = presenceProblem(application, change, (await findDeviceType(tx, name)) !== undefined);
  if (problem !== null) return problem;
  const [device] = await deviceNames(tx, { deviceType: name });
  if (device !== undefined) return `the device ${device} is of this type`;
  await updateQueuedJobs(tx, name, {
    state: 'Finished',
    health: 'Canceled',
    endTime: at,
    failureComment: `The device type ${name} was deleted by revision ${application.revision}.`,
  });
  await deleteDeviceType(tx, name);
  return null;
}
