import { deviceHealths, type DeviceHealth } from '../../../../model/index.js';
import { RpcFault, type XmlRpcValue } from '../../../../xml-rpc/index.js';
import { setDeviceHealth } from '../../../health/set-device-health.js';
import {
  deviceDictionary,
  listDevices,
  permissionsOfDevice,
  renderDevice,
  showDevice,
  type DeviceView,
} from '../../../views/index.js';
import { configurationRefusal } from '../../configuration-refusal.js';
import { fileValue, method, type Caller, type RpcMethods } from '../method.js';
import { anything, flag, optionalText, optionalWord, text, textOrNil } from '../parameters.js';

export const deviceMethods: RpcMethods = {
  'scheduler.devices.list': method({
    access: 'reader',
    help: 'Lists devices with type, health, state and current job; retired ones only with show_all.',
    parameters: { show_all: flag, offline_info: flag },
    call: async ({ show_all: includeRetired }, { db }) =>
      (await listDevices(db, { includeRetired })).items.map((device) => ({
        hostname: device.hostname,
        type: device.deviceType,
        health: device.health,
        state: device.state,
        current_job: device.currentJob,
        pipeline: true,
      })),
  }),
  'scheduler.devices.show': method({
    access: 'reader',
    help: 'Returns a device.',
    parameters: { hostname: text },
    call: async ({ hostname }, { db }) => show(db, await deviceOf(db, hostname)),
  }),
  'scheduler.devices.get_dictionary': method({
    access: 'reader',
    help: 'Returns the device dictionary or, with render, the configuration for a job with this context (YAML).',
    parameters: { hostname: text, render: flag, context: optionalText },
    async call({ hostname, render, context: jobContext }, { client, context, db }) {
      const dictionary = await deviceDictionary(db, hostname);
      if (dictionary === undefined) throw notFound(hostname);
      if (dictionary === null) throw new RpcFault(404, `Device '${hostname}' does not have a configuration`);
      if (!render) return fileValue(dictionary);
      const rendered = await renderDevice(db, context, hostname, jobContext ?? '', client);
      if (rendered === undefined) throw notFound(hostname);
      if (rendered.ok) return fileValue(rendered.text);
      throw new RpcFault(rendered.reason === 'context' ? 400 : 404, rendered.problem);
    },
  }),
  'scheduler.devices.tags.list': method({
    access: 'reader',
    help: 'Returns the names of the tags of a device.',
    parameters: { hostname: text },
    call: async ({ hostname }, { db }) => (await deviceOf(db, hostname)).tags.map((tag) => tag.name),
  }),
  'scheduler.devices.perms_list': method({
    access: 'reader',
    help: 'Returns the permissions of groups on a device.',
    parameters: { hostname: text },
    async call({ hostname }, { db }) {
      await deviceOf(db, hostname);
      return listPermissions(db, hostname);
    },
  }),
  'scheduler.devices.update': method({
    access: 'operator',
    help: 'Sets the health of a device. Everything else comes from the lab repo.',
    parameters: {
      hostname: text,
      worker_hostname: anything,
      user_name: anything,
      group_name: anything,
      public: anything,
      health: optionalWord(deviceHealths),
      description: anything,
      device_type: anything,
      reason: optionalText,
    },
    async call({ hostname, health, reason, ...configuration }, caller) {
      if (Object.values(configuration).some((isGiven) => isGiven)) {
        throw new RpcFault(403, await configurationRefusal(caller.db));
      }
      if (health === null) await deviceOf(caller.db, hostname);
      else await setHealth(caller, hostname, health, reason);
      return null;
    },
  }),
  'scheduler.put_into_maintenance_mode': method({
    access: 'operator',
    help: 'Sets the health of a device to Maintenance.',
    parameters: { hostname: text, reason: textOrNil, notify: anything },
    async call({ hostname, reason }, caller) {
      await setHealth(caller, hostname, 'Maintenance', reason);
      return null;
    },
  }),
  'scheduler.put_into_online_mode': method({
    access: 'operator',
    help: 'Sets the health of a device to Unknown, or to Good when the health check is skipped.',
    parameters: { hostname: text, reason: textOrNil, skip_health_check: flag },
    async call({ hostname, reason, skip_health_check }, caller) {
      await setHealth(caller, hostname, skip_health_check ? 'Good' : 'Unknown', reason);
      return null;
    },
  }),
};

function notFound(hostname: string): RpcFault {
  return new RpcFault(404, `Device '${hostname}' was not found.`);
}

async function deviceOf(db: Caller['db'], hostname: string): Promise<DeviceView> {
  const device = await showDevice(db, hostname);
  if (device === undefined) throw notFound(hostname);
  return device;
}

async function setHealth(
  { context, username }: Caller,
  hostname: string,
  health: DeviceHealth,
  reason: string | null,
): Promise<void> {
  const isDone = await setDeviceHealth(context, hostname, health, username(), reason ?? '');
  if (!isDone) throw notFound(hostname);
}

async function listPermissions(db: Caller['db'], hostname: string) {
  return (await permissionsOfDevice(db, hostname)).map(({ permission, group }) => ({
    name: permission,
    group,
  }));
}

/** Includes the members of older releases (`public`, `user`, `group`), which lavacli's `system export` reads. */
async function show(db: Caller['db'], device: DeviceView): Promise<XmlRpcValue> {
  const permissions = await listPermissions(db, device.hostname);
  return {
    hostname: device.hostname,
    device_type: device.deviceType,
    health: device.health,
    state: device.state,
    health_job: device.hasHealthCheck,
    description: device.description,
    pipeline: true,
    has_device_dict: device.hasDictionary,
    worker: device.worker,
    current_job: device.currentJob,
    tags: device.tags.map((tag) => tag.name),
    permissions,
    public: permissions.length === 0,
    user: device.physicalOwner,
    group: device.physicalGroup,
  };
}
