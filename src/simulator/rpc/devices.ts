import type { Master } from '../master.js';
import { Crash, Refusal } from '../refusal.js';
import { deleteDevice, healthInCapitals, newDevice } from '../state/devices.js';
import { healthCheckOf, readText, writeText } from '../state/files.js';
import { renderedText } from '../state/render.js';
import type { DeviceRow } from '../state/rows.js';
import { addTag, tagNames, tagNumber } from '../state/tags.js';
import { permissionList, permissionMethods } from './permissions.js';
import {
  bytes,
  fileTextAt,
  lengthOf,
  nameAt,
  optionalTextAt,
  requireChange,
  type Parameters,
  type RpcMethods,
  textAt,
} from './method.js';

const about = (parameters: Parameters): string => `device/${nameAt(parameters, 0)}`;

export const deviceMethods: RpcMethods = {
  'scheduler.devices.add': {
    parameters: [
      'hostname',
      'type_name',
      'worker_hostname',
      'user_name=None',
      'group_name=None',
      'public=True',
      'health=None',
      'description=None',
    ],
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      const { state } = master;
      const hostname = textAt(parameters, 0);
      const type = textAt(parameters, 1);
      const worker = optionalTextAt(parameters, 2);
      if (!state.deviceTypes.has(type)) throw new Refusal(404, `there is no device type '${type}'`);
      if (worker === null || !state.workers.has(worker))
        throw new Refusal(404, `there is no worker '${worker ?? ''}'`);
      const word = optionalTextAt(parameters, 6);
      const health = word === null ? 'Unknown' : healthInCapitals(word);
      if (health === undefined) throw new Refusal(400, 'unknown health');
      if (state.devices.has(hostname)) throw new Refusal(400, `the device '${hostname}' already exists`);
      checkNewName(master, hostname);
      const row = newDevice(hostname, type, health);
      row.worker = worker;
      row.description = optionalTextAt(parameters, 7);
      state.devices.set(hostname, row);
      return null;
    },
  },
  'scheduler.devices.update': {
    parameters: [
      'hostname',
      'worker_hostname=None',
      'user_name=None',
      'group_name=None',
      'public=True',
      'health=None',
      'description=None',
      'device_type=None',
      'reason=None',
    ],
    access: 'anyone',
    writes: about,
    call(master, parameters, caller) {
      const { release, state } = master;
      if (parameters.length > (release.updatesOwner ? 9 : release.updatesDeviceType ? 8 : 7)) {
        throw new Crash('the wrong number of parameters');
      }
      const row = find(master, textAt(parameters, 0));
      requireChange(caller);
      const changed = { ...row };
      const worker = optionalTextAt(parameters, 1);
      if (worker !== null) {
        if (!state.workers.has(worker)) throw new Refusal(404, `there is no worker '${worker}'`);
        changed.worker = worker;
      }
      const user = optionalTextAt(parameters, 2);
      if (release.updatesOwner && user !== null) {
        const found = [...state.users].find(([, { name }]) => name === user);
        if (found === undefined) throw new Refusal(404, `there is no user '${user}'`);
        changed.owner = found[0];
      }
      const word = optionalTextAt(parameters, 5);
      if (word !== null) {
        const health = healthInCapitals(word);
        if (health === undefined) throw new Refusal(400, `there is no health '${word}'`);
        changed.health = health;
      }
      const description = optionalTextAt(parameters, 6);
      if (description !== null) changed.description = description;
      const type = optionalTextAt(parameters, 7);
      if (type !== null) {
        if (!state.deviceTypes.has(type)) throw new Refusal(404, `there is no device type '${type}'`);
        changed.deviceType = type;
      }
      Object.assign(row, changed);
      return null;
    },
  },
  'scheduler.devices.delete': {
    parameters: ['hostname'],
    isThere: (release) => release.deletesByRpc,
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      deleteDevice(master, find(master, textAt(parameters, 0)).hostname);
      return null;
    },
  },
  'scheduler.devices.list': {
    parameters: ['show_all=False', 'offline_info=False'],
    access: 'anyone',
    call: (master, parameters) =>
      sortedByName([...master.state.devices.values()])
        .filter((row) => parameters[0] === true || row.health !== 'Retired')
        .map((row) => ({
          hostname: row.hostname,
          type: row.deviceType,
          health: row.health,
          state: row.state,
          current_job: null,
          pipeline: true,
        })),
  },
  'scheduler.devices.show': {
    parameters: ['hostname'],
    access: 'anyone',
    call(master, parameters) {
      const row = find(master, textAt(parameters, 0));
      const dictionary = readText(master, 'device', row.hostname);
      return {
        hostname: row.hostname,
        device_type: row.deviceType,
        health: row.health,
        state: row.state,
        health_job: healthCheckOf(master, row.hostname) !== null,
        description: row.description,
        pipeline: true,
        has_device_dict: dictionary !== null && dictionary !== '',
        worker: row.worker,
        current_job: null,
        tags: tagNames(master, row.tags),
        ...(master.release.hasPermsByRpc
          ? { permissions: permissionList(master, 'device', row.hostname) }
          : {}),
      };
    },
  },
  'scheduler.devices.get_dictionary': {
    parameters: ['hostname', 'render=False', 'context=None'],
    access: 'anyone',
    call(master, parameters) {
      const row = find(master, textAt(parameters, 0));
      const dictionary = readText(master, 'device', row.hostname);
      // As in Python, any value that is not empty counts as true.
      const isRendered = Boolean(parameters[1]);
      const text = isRendered
        ? renderedText(master, dictionary, row, optionalTextAt(parameters, 2))
        : dictionary;
      if (text === null) throw new Refusal(404, `the device '${row.hostname}' has no configuration`);
      return bytes(text);
    },
  },
  'scheduler.devices.set_dictionary': {
    parameters: ['hostname', 'dictionary'],
    access: 'anyone',
    writes: about,
    call(master, parameters, caller) {
      const { hostname } = find(master, textAt(parameters, 0));
      requireChange(caller);
      writeText(master, 'device', hostname, fileTextAt(parameters, 1));
      return true;
    },
  },
  'scheduler.devices.tags.add': {
    parameters: ['hostname', 'name'],
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      const row = find(master, textAt(parameters, 0));
      const name = textAt(parameters, 1);
      if (lengthOf(name) > master.release.maxTagLength) throw new Crash('the tag is too long');
      const tag = tagNumber(master, name) ?? addTag(master, name, null);
      if (!row.tags.includes(tag)) row.tags = [...row.tags, tag];
      return null;
    },
  },
  'scheduler.devices.tags.delete': {
    parameters: ['hostname', 'name'],
    access: 'superusers',
    writes: about,
    call(master, parameters) {
      const row = find(master, textAt(parameters, 0));
      const name = textAt(parameters, 1);
      const tag = tagNumber(master, name);
      if (tag === undefined) throw new Refusal(404, `there is no tag '${name}'`);
      row.tags = row.tags.filter((id) => id !== tag);
      return null;
    },
  },
  'scheduler.devices.tags.list': {
    parameters: ['hostname'],
    access: 'anyone',
    call: (master, parameters) => tagNames(master, find(master, textAt(parameters, 0)).tags),
  },
  ...permissionMethods('devices', 'device', (master, name) => find(master, name).hostname),
};

function find(master: Master, hostname: string): DeviceRow {
  const row = master.state.devices.get(hostname);
  if (row === undefined) throw new Refusal(404, `there is no device '${hostname}'`);
  return row;
}

/** LAVA accepts any name; only one that the database cannot store makes it fail. */
function checkNewName(master: Master, hostname: string): void {
  if (lengthOf(hostname) > 200) throw new Crash('the name is too long');
  if (master.release.forbidsSlashes && hostname.includes('/'))
    throw new Refusal(400, 'a name cannot contain a slash');
}

function sortedByName(rows: readonly DeviceRow[]): DeviceRow[] {
  return [...rows].sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
}
