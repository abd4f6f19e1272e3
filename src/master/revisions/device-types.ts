import type { GroupPermission, HealthCheckFrequency } from '../../model/index.js';
import {
  deleteDeviceType,
  findDeviceType,
  listAliases,
  listDeviceTypes,
  replaceAliases,
  replaceTypePermissions,
  saveDeviceType,
} from '../store/device-types.js';
import { devicesOfType } from '../store/devices.js';
import { queuedJobs, updateJob } from '../store/jobs.js';
import { ensurePrincipal } from '../store/principals.js';
import type { DeviceTypeRow } from '../store/tables.js';
import type { Application } from './application.js';
import { presenceProblem, wanted } from './presence.js';
import type { RequestedChange } from './request.js';

/** What LAVA gives a new device type (LAVA 2023.01: a health check every 24 hours). */
const newDeviceType = {
  description: null,
  display: 1,
  healthFrequency: 24,
  healthDenominator: 'hours',
  healthChecksDisabled: 0,
  architecture: null,
  processor: null,
  cpuModel: null,
  bits: null,
  cores: '[]',
  coreCount: null,
} as const satisfies Omit<DeviceTypeRow, 'name' | 'revisionId'>;

export async function applyDeviceType(
  application: Application,
  change: RequestedChange,
): Promise<string | null> {
  const { tx, revisionId } = application;
  const { name } = change;
  const found = await findDeviceType(tx, name);
  const problem = presenceProblem(application, change, found !== undefined);
  if (problem !== null) return problem;
  const present = found ?? { ...newDeviceType, name, revisionId };
  const frequency = wanted<HealthCheckFrequency>(change, 'healthCheckFrequency', {
    every: present.healthFrequency,
    unit: present.healthDenominator,
  });
  const display = change.verb === 'retire' ? false : wanted(change, 'display', present.display === 1);
  await saveDeviceType(tx, {
    name,
    description: wanted(change, 'description', present.description),
    display: display ? 1 : 0,
    healthFrequency: frequency.every,
    healthDenominator: frequency.unit,
    healthChecksDisabled: wanted(change, 'healthChecksDisabled', present.healthChecksDisabled === 1) ? 1 : 0,
    architecture: wanted(change, 'architecture', present.architecture),
    processor: wanted(change, 'processor', present.processor),
    cpuModel: wanted(change, 'cpuModel', present.cpuModel),
    bits: wanted(change, 'bits', present.bits),
    cores: 'cores' in change.fields ? JSON.stringify(change.fields['cores']) : present.cores,
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

/** Aliases go from one type to another within a revision, so they are written when all types are there. */
export async function applyAliases(
  application: Application,
  changes: readonly RequestedChange[],
): Promise<[RequestedChange, string][]> {
  const { tx } = application;
  const setting = changes.filter((change) => change.verb !== 'retire' && 'aliases' in change.fields);
  for (const change of setting) await replaceAliases(tx, change.name, []);

  const types = new Set((await listDeviceTypes(tx)).map((type) => type.name));
  const owners = new Map((await listAliases(tx)).map((alias) => [alias.name, alias.deviceType]));
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
  const [device] = await devicesOfType(tx, name);
  if (device !== undefined) return `the device ${device.hostname} is of this type`;
  for (const job of await queuedJobs(tx)) {
    if (job.deviceType !== name) continue;
    await updateJob(tx, job.id, {
      state: 'Finished',
      health: 'Canceled',
      endTime: at,
      failureComment: `The device type ${name} was deleted by revision ${application.revision}.`,
    });
  }
  await deleteDeviceType(tx, name);
  return null;
}
