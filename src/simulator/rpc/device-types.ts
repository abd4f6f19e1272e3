import type { XmlRpcStruct } from '../../xml-rpc/index.js';
import type { Master } from '../master.js';
import { Crash, Refusal } from '../refusal.js';
import { newDeviceType } from '../state/device-types.js';
import { devicesOf } from '../state/devices.js';
import { type FileKind, isOwnFile, readText, templateNames, writeText } from '../state/files.js';
import type { DeviceTypeRow } from '../state/rows.js';
import { permissionList, permissionMethods } from './permissions.js';
import {
  bytes,
  checkFileName,
  fileTextAt,
  lengthOf,
  nameAt,
  optionalTextAt,
  requireChange,
  type Parameters,
  type RpcMethod,
  type RpcMethods,
  textAt,
} from './method.js';

const about = (parameters: Parameters): string => `device-type/${nameAt(parameters, 0)}`;

export const deviceTypeMethods: RpcMethods = {
  'scheduler.device_types.add': {
    parameters: ['name', 'description', 'display', 'owners_only', 'health_frequency', 'health_denominator'],
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      const name = textAt(parameters, 0);
      const row = newDeviceType(name);
      row.healthDenominator = denominatorAt(parameters, 5);
      const isName = master.release.forbidsSlashes
        ? !name.includes('/') && lengthOf(name) <= 50
        : /^[-\w]{1,50}$/.test(name);
      if (!isName || master.state.deviceTypes.has(name)) {
        throw new Refusal(400, `the device type '${name}' already exists, or its name is not valid`);
      }
      row.description = optionalTextAt(parameters, 1);
      row.display = parameters[2] === true;
      row.healthFrequency = countAt(parameters, 4);
      master.state.deviceTypes.set(name, row);
      return null;
    },
  },
  'scheduler.device_types.update': {
    parameters: [
      'name',
      'description',
      'display',
      'owners_only',
      'health_frequency',
      'health_denominator',
      'health_disabled',
    ],
    access: 'anyone',
    writes: about,
    call(master, parameters, caller) {
      const row = find(master, textAt(parameters, 0));
      requireChange(caller);
      const changed = { ...row };
      const isGiven = (index: number): boolean => (parameters[index] ?? null) !== null;
      if (isGiven(1)) changed.description = textAt(parameters, 1);
      if (isGiven(2)) changed.display = parameters[2] === true;
      if (isGiven(4)) changed.healthFrequency = countAt(parameters, 4);
      if (isGiven(5)) changed.healthDenominator = denominatorAt(parameters, 5);
      if (isGiven(6)) changed.disableHealthCheck = parameters[6] === true;
      Object.assign(row, changed);
      return null;
    },
  },
  'scheduler.device_types.list': {
    parameters: ['show_all=False'],
    access: 'anyone',
    call(master, parameters) {
      const templates = templateNames(master);
      const names = [...master.state.deviceTypes.keys()].sort();
      const rows: XmlRpcStruct[] = names.map((name) => ({
        name,
        devices: devicesOf(master, 'deviceType', name).length,
        installed: true,
        template: templates.includes(name),
      }));
      if (parameters[0] !== true) return rows;
      const others = templates.filter((name) => !names.includes(name));
      return [...rows, ...others.map((name) => ({ name, devices: 0, installed: false, template: true }))];
    },
  },
  'scheduler.device_types.show': {
    parameters: ['name'],
    access: 'anyone',
    call(master, parameters) {
      const row = find(master, textAt(parameters, 0));
      return {
        name: row.name,
        description: row.description,
        display: row.display,
        health_disabled: row.disableHealthCheck,
        aliases: aliasesOf(master, row.name),
        devices: devicesOf(master, 'deviceType', row.name).map(({ hostname }) => hostname),
        ...(master.release.hasFileFlags
          ? {
              health_denominator: row.healthDenominator,
              health_frequency: row.healthFrequency,
              default_template: !isOwnFile(master, 'device-type', row.name),
            }
          : {}),
        ...(master.release.hasPermsByRpc
          ? { permissions: permissionList(master, 'devicetype', row.name) }
          : {}),
      };
    },
  },
  'scheduler.device_types.devices': {
    parameters: ['name'],
    isThere: (release) => release.listsDevicesOfTypes,
    access: 'anyone',
    call(master, parameters) {
      const { name } = find(master, textAt(parameters, 0));
      return devicesOf(master, 'deviceType', name).map(({ hostname, health, state }) => ({
        hostname,
        health,
        state,
      }));
    },
  },
  ...permissionMethods('device_types', 'devicetype', (master, name) => find(master, name).name),
  'scheduler.device_types.get_template': getter('device-type'),
  'scheduler.device_types.get_health_check': getter('health-check'),
  'scheduler.device_types.set_template': setter('device-type', 'template'),
  'scheduler.device_types.set_health_check': setter('health-check', 'health-check'),
  'scheduler.device_types.aliases.add': {
    parameters: ['name', 'alias'],
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      const { name } = find(master, textAt(parameters, 0));
      const alias = textAt(parameters, 1);
      if (lengthOf(alias) > 200) throw new Crash('the alias is too long');
      // The previous type loses it.
      master.state.aliases.set(alias, name);
      return null;
    },
  },
  'scheduler.device_types.aliases.delete': {
    parameters: ['name', 'alias'],
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      const { name } = find(master, textAt(parameters, 0));
      const alias = textAt(parameters, 1);
      const owner = master.state.aliases.get(alias);
      if (owner === undefined) throw new Refusal(404, `there is no alias '${alias}'`);
      // Django raises if the alias to remove belongs to another type.
      if (owner !== name) throw new Crash('the alias belongs to another type');
      master.state.aliases.set(alias, null);
      return null;
    },
  },
  'scheduler.device_types.aliases.list': {
    parameters: ['name'],
    access: 'anyone',
    call: (master, parameters) => aliasesOf(master, find(master, textAt(parameters, 0)).name).sort(),
  },
};

/** A file by name; a device type of that name need not exist. */
function getter(kind: FileKind): RpcMethod {
  return {
    parameters: ['name'],
    access: 'anyone',
    call(master, parameters) {
      const name = textAt(parameters, 0);
      checkFileName(name, 'device type');
      const text = readText(master, kind, name);
      if (text === null) throw new Refusal(404, `there is no ${kind} file for '${name}'`);
      return bytes(text);
    },
  };
}

/** Any file name before 2023.08; since then, the device type must exist. */
function setter(kind: FileKind, object: string): RpcMethod {
  return {
    parameters: ['name', 'config'],
    access: 'superusers',
    writes: (parameters) => `${object}/${nameAt(parameters, 0)}`,
    call(master, parameters) {
      const name = textAt(parameters, 0);
      if (master.release.checksObjects) find(master, name);
      checkFileName(name, 'device type');
      writeText(master, kind, name, fileTextAt(parameters, 1));
      return null;
    },
  };
}

function find(master: Master, name: string): DeviceTypeRow {
  const row = master.state.deviceTypes.get(name);
  if (row === undefined) throw new Refusal(404, `there is no device type '${name}'`);
  return row;
}

function aliasesOf(master: Master, name: string): string[] {
  return [...master.state.aliases].filter(([, type]) => type === name).map(([alias]) => alias);
}

function denominatorAt(parameters: Parameters, index: number): 'hours' | 'jobs' {
  const value = parameters[index];
  if (value === 'hours' || value === 'jobs') return value;
  throw new Refusal(400, 'health_denominator is hours or jobs');
}

function countAt(parameters: Parameters, index: number): number {
  const value = parameters[index];
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new Crash('not a number');
}
