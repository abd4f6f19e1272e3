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
import type { Alias, DeviceType } from '../store/values.js';
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

/**
 * Aliases are written when all types exist, because a revision may move an alias from one type to another. An alias
 * belongs to one type and is not the name of a type, ignoring case.
 */
export async function applyAliases(
  application: Application,
  changes: readonly RequestedChange[],
): Promise<[RequestedChange, string][]> {
  const { tx } = application;
  const setting = changes.filter((change) => change.verb !== 'retire' && 'aliases' in change.fields);
  for (const change of setting) await replaceAliases(tx, change.name, []);

  const types = byLowerCase(await deviceTypeNames(tx), (name) => name);
  const owners = byLowerCase((await listAliases(tx)).items, ({ name }) => name);
  const problems: [RequestedChange, string][] = [];
  for (const change of changes) {
    const owner = change.verb === 'create' ? owners.get(change.name.toLowerCase()) : undefined;
    if (owner !== undefined)
      problems.push([change, `its name is the alias ${owner.name} of the device type ${owner.deviceType}`]);
  }
  for (const change of setting) {
    const names = wanted<readonly string[]>(change, 'aliases', []);
    const found: string[] = [];
    for (const alias of names) {
      found.push(...aliasProblem(alias, types, owners));
      owners.set(alias.toLowerCase(), { name: alias, deviceType: change.name });
    }
    const [problem] = found;
    if (problem !== undefined) problems.push([change, problem]);
    else await replaceAliases(tx, change.name, names);
  }
  return problems;
}

function byLowerCase<T>(items: Iterable<T>, nameOf: (item: T) => string): Map<string, T> {
  return new Map([...items].map((item) => [nameOf(item).toLowerCase(), item]));
}

function aliasProblem(
  alias: string,
  types: ReadonlyMap<string, string>,
  owners: ReadonlyMap<string, Alias>,
): string[] {
  const type = types.get(alias.toLowerCase());
  if (type === alias) return [`the alias ${alias} is the name of a device type`];
  if (type !== undefined) return [`the alias ${alias} differs only in case from the device type ${type}`];
  const owner = owners.get(alias.toLowerCase());
  if (owner === undefined) return [];
  const spelled = owner.name === alias ? '' : `, as ${owner.name},`;
  return [`the alias ${alias}${spelled} belongs to the device type ${owner.deviceType}`];
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
