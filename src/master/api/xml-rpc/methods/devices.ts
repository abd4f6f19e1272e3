import { RpcFault, type XmlRpcValue } from '../../../../xml-rpc/index.js';
import { deviceHealths } from '../../../../model/index.js';
import { setDeviceHealth } from '../../../health/set-device-health.js';
import { isMapping, parseYaml } from '../../../../pyyaml/index.js';
import { findDevice, listDeviceSummaries, listPermissions } from '../../../store/devices.js';
import type { DeviceRow } from '../../../store/tables.js';
import { tagsOfDevice } from '../../../store/tags.js';
import { findHealthCheck } from '../../../store/templates.js';
import { configurationRefusal } from '../../configuration-refusal.js';
import { currentJobs, deviceState } from '../../device-state.js';
import type { RouteContext } from '../../route-context.js';
import {
  callerOf,
  fileValue,
  flagParameter,
  optionalText,
  textParameter,
  wordParameter,
  type MethodCall,
  type RpcMethods,
} from './method.js';

export const deviceMethods: RpcMethods = {
  'scheduler.devices.list': {
    access: 'reader',
    parameters: ['show_all', 'offline_info'],
    required: 0,
    help: 'Devices with type, health, state and current job; retired ones only with show_all.',
    call: listAll,
  },
  'scheduler.devices.show': {
    access: 'reader',
    parameters: ['hostname'],
    required: 1,
    help: 'One device.',
    call: show,
  },
  'scheduler.devices.get_dictionary': {
    access: 'reader',
    parameters: ['hostname', 'render', 'context'],
    required: 1,
    help: 'The device dictionary; with render, the configuration that a job with this context (YAML) gets.',
    call: getDictionary,
  },
  'scheduler.devices.tags.list': {
    access: 'reader',
    parameters: ['hostname'],
    required: 1,
    help: 'Names of the tags of a device.',
    call: async (call) => {
      const { hostname } = await deviceOf(call);
      return (await tagsOfDevice(call.context.store.db, hostname)).map((tag) => tag.name);
    },
  },
  'scheduler.devices.perms_list': {
    access: 'reader',
    parameters: ['hostname'],
    required: 1,
    help: 'Permissions of groups on a device.',
    call: async (call) => {
      const { hostname } = await deviceOf(call);
      return (await listPermissions(call.context.store.db))
        .filter((row) => row.device === hostname)
        .map((row) => ({ name: row.permission, group: row.groupName }));
    },
  },
  'scheduler.devices.update': {
    access: 'operator',
    parameters: [
      'hostname',
      'worker_hostname',
      'user_name',
      'group_name',
      'public',
      'health',
      'description',
      'device_type',
      'reason',
    ],
    required: 1,
    help: 'Sets the health of a device. All else comes from the lab repository.',
    call: update,
  },
  'scheduler.put_into_maintenance_mode': {
    access: 'operator',
    parameters: ['hostname', 'reason', 'notify'],
    required: 2,
    help: 'Sets the health of a device to Maintenance.',
    call: async (call) => {
      await setHealth(call, 'Maintenance', optionalText(call, 1, 'reason'));
      return null;
    },
  },
  'scheduler.put_into_online_mode': {
    access: 'operator',
    parameters: ['hostname', 'reason', 'skip_health_check'],
    required: 2,
    help: 'Sets the health of a device to Unknown, or to Good when the health check is skipped.',
    call: async (call) => {
      await setHealth(call, flagParameter(call, 2) ? 'Good' : 'Unknown', optionalText(call, 1, 'reason'));
      return null;
    },
  },
};

async function deviceOf(call: MethodCall): Promise<DeviceRow> {
  const hostname = textParameter(call, 0, 'hostname');
  const device = await findDevice(call.context.store.db, hostname);
  if (device === undefined) throw new RpcFault(404, `Device '${hostname}' was not found.`);
  return device;
}

async function listAll(call: MethodCall): Promise<XmlRpcValue> {
  const { db } = call.context.store;
  const showAll = flagParameter(call, 0);
  const jobs = await currentJobs(db);
  return (await listDeviceSummaries(db))
    .filter((row) => showAll || row.health !== 'Retired')
    .map((row) => ({
      hostname: row.hostname,
      type: row.deviceType,
      health: row.health,
      state: deviceState(jobs.get(row.hostname)),
      current_job: jobs.get(row.hostname)?.id ?? null,
      pipeline: true,
    }));
}

/** With the members of older releases too (`public`, `user`, `group`): lavacli's `system export` reads them. */
async function show(call: MethodCall): Promise<XmlRpcValue> {
  const { db } = call.context.store;
  const device = await deviceOf(call);
  const job = (await currentJobs(db)).get(device.hostname);
  const check =
    device.extendsTemplate === null ? undefined : await findHealthCheck(db, device.extendsTemplate);
  const permissions = (await listPermissions(db)).filter((row) => row.device === device.hostname);
  return {
    hostname: device.hostname,
    device_type: device.deviceType,
    health: device.health,
    state: deviceState(job),
    health_job: check !== undefined,
    description: device.description,
    pipeline: true,
    has_device_dict: device.dictionary !== null,
    worker: device.worker,
    current_job: job?.id ?? null,
    tags: (await tagsOfDevice(db, device.hostname)).map((tag) => tag.name),
    permissions: permissions.map((row) => ({ name: row.permission, group: row.groupName })),
    public: permissions.length === 0,
    user: device.physicalOwner,
    group: device.physicalGroup,
  };
}

async function getDictionary(call: MethodCall): Promise<XmlRpcValue> {
  const { context } = call;
  const device = await deviceOf(call);
  if (device.dictionary === null) {
    throw new RpcFault(404, `Device '${device.hostname}' does not have a configuration`);
  }
  if (!flagParameter(call, 1)) return fileValue(device.dictionary);
  const yaml = parseYaml(optionalText(call, 2, 'context') ?? '{}');
  if (!yaml.ok || !isMapping(yaml.value)) throw new RpcFault(400, 'The context must be a YAML mapping.');
  const rendered = await context.renderer.render(context.store.db, device, yaml.value);
  if (!rendered.ok) throw new RpcFault(404, rendered.problem);
  return fileValue(rendered.text);
}

async function update(call: MethodCall): Promise<XmlRpcValue> {
  const configuration = [1, 2, 3, 6, 7].some((index) => (call.parameters[index] ?? null) !== null);
  if (configuration) throw new RpcFault(403, await configurationRefusal(call.context.store.db));
  await deviceOf(call);
  const health = optionalText(call, 5, 'health');
  if (health === null) return null;
  await setHealth(call, wordParameter(deviceHealths, health, 'health'), optionalText(call, 8, 'reason'));
  return null;
}

async function setHealth(
  call: MethodCall,
  health: (typeof deviceHealths)[number],
  reason: string | null,
): Promise<void> {
  const { hostname } = await deviceOf(call);
  await setDeviceHealth(call.context satisfies RouteContext, hostname, health, callerOf(call), reason ?? '');
}
