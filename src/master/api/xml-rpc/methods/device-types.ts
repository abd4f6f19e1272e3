import { RpcFault, type XmlRpcValue } from '../../../../xml-rpc/index.js';
import { findDeviceType, listAliases, listDeviceTypes } from '../../../store/device-types.js';
import { devicesOfType, listDeviceSummaries } from '../../../store/devices.js';
import type { DeviceTypeRow } from '../../../store/tables.js';
import { findHealthCheck, findTemplate } from '../../../store/templates.js';
import { fileValue, flagParameter, textParameter, type MethodCall, type RpcMethods } from './method.js';

export const deviceTypeMethods: RpcMethods = {
  'scheduler.device_types.list': {
    access: 'reader',
    parameters: ['show_all'],
    required: 0,
    help: 'Device types with the number of their devices; hidden ones only with show_all.',
    call: listAll,
  },
  'scheduler.device_types.show': {
    access: 'reader',
    parameters: ['name'],
    required: 1,
    help: 'One device type.',
    call: show,
  },
  'scheduler.device_types.get_template': {
    access: 'reader',
    parameters: ['name'],
    required: 1,
    help: 'A template, of a device type or a base of others.',
    call: async (call) => {
      const name = textParameter(call, 0, 'name');
      const template = await findTemplate(call.context.store.db, name);
      if (template === undefined) throw new RpcFault(404, `Device-type '${name}' was not found.`);
      return fileValue(template.text);
    },
  },
  'scheduler.device_types.get_health_check': {
    access: 'reader',
    parameters: ['name'],
    required: 1,
    help: 'The health-check job of devices whose dictionary extends this template.',
    call: async (call) => {
      const name = textParameter(call, 0, 'name');
      const check = await findHealthCheck(call.context.store.db, name);
      if (check === undefined) throw new RpcFault(404, `Health-check '${name}' was not found.`);
      return fileValue(check.job);
    },
  },
  'scheduler.device_types.aliases.list': {
    access: 'reader',
    parameters: ['name'],
    required: 1,
    help: 'Aliases of a device type.',
    call: async (call) => {
      const type = await typeOf(call);
      return aliasesOf(call, type.name);
    },
  },
};

async function typeOf(call: MethodCall): Promise<DeviceTypeRow> {
  const name = textParameter(call, 0, 'name');
  const type = await findDeviceType(call.context.store.db, name);
  if (type === undefined) throw new RpcFault(404, `Device-type '${name}' was not found.`);
  return type;
}

async function aliasesOf(call: MethodCall, deviceType: string): Promise<string[]> {
  const aliases = await listAliases(call.context.store.db);
  return aliases.filter((alias) => alias.deviceType === deviceType).map((alias) => alias.name);
}

async function listAll(call: MethodCall): Promise<XmlRpcValue> {
  const { db } = call.context.store;
  const showAll = flagParameter(call, 0);
  const counts = new Map<string, number>();
  for (const { deviceType, health } of await listDeviceSummaries(db)) {
    if (health !== 'Retired') counts.set(deviceType, (counts.get(deviceType) ?? 0) + 1);
  }
  const entries: XmlRpcValue[] = [];
  for (const type of await listDeviceTypes(db)) {
    if (!showAll && type.display === 0) continue;
    const template = (await findTemplate(db, type.name)) !== undefined;
    entries.push({ name: type.name, devices: counts.get(type.name) ?? 0, installed: true, template });
  }
  return entries;
}

/** With `owners_only` of older releases: lavacli's `system export` reads it. */
async function show(call: MethodCall): Promise<XmlRpcValue> {
  const type = await typeOf(call);
  const devices = await devicesOfType(call.context.store.db, type.name);
  return {
    name: type.name,
    description: type.description,
    display: type.display === 1,
    health_disabled: type.healthChecksDisabled === 1,
    health_denominator: type.healthDenominator,
    health_frequency: type.healthFrequency,
    aliases: await aliasesOf(call, type.name),
    devices: devices.map((device) => device.hostname),
    default_template: false,
    owners_only: false,
  };
}
