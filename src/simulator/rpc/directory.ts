import type { Master } from '../master.js';
import { Crash, Refusal } from '../refusal.js';
import { grant, isPermission, revoke } from '../state/permissions.js';
import type { PermissionRow } from '../state/rows.js';
import { addTag, deleteTag, tagNumber } from '../state/tags.js';
import { nameAt, optionalTextAt, type RpcMethod, type RpcMethods, textAt } from './method.js';

export const directoryMethods: RpcMethods = {
  'scheduler.aliases.add': {
    parameters: ['name', 'device_type_name'],
    access: 'superusers',
    writes: (parameters) => `alias/${nameAt(parameters, 0)}`,
    call(master, parameters) {
      const { aliases, deviceTypes } = master.state;
      const [name, type] = [textAt(parameters, 0), textAt(parameters, 1)];
      if (!deviceTypes.has(type)) throw new Refusal(400, `there is no device type '${type}'`);
      // LAVA reports an invalid name as "not found".
      if (deviceTypes.has(name)) throw new Refusal(404, `'${name}' is a device type`);
      if (aliases.has(name)) throw new Refusal(404, `the alias '${name}' already exists`);
      aliases.set(name, type);
      return null;
    },
  },
  'scheduler.aliases.delete': {
    parameters: ['name'],
    access: 'superusers',
    writes: (parameters) => `alias/${nameAt(parameters, 0)}`,
    call(master, parameters) {
      const name = textAt(parameters, 0);
      if (!master.state.aliases.delete(name)) throw new Refusal(404, `there is no alias '${name}'`);
      return null;
    },
  },
  'scheduler.aliases.list': {
    parameters: [],
    access: 'anyone',
    call: (master) => [...master.state.aliases.keys()].sort(),
  },
  'scheduler.aliases.show': {
    parameters: ['name'],
    access: 'anyone',
    call(master, parameters) {
      const name = textAt(parameters, 0);
      const type = master.state.aliases.get(name);
      if (type === undefined) throw new Refusal(404, `there is no alias '${name}'`);
      return { name, device_type: type ?? '' };
    },
  },
  'scheduler.tags.add': {
    parameters: ['name', 'description=None'],
    access: 'superusers',
    writes: (parameters) => `tag/${nameAt(parameters, 0)}`,
    call(master, parameters) {
      const name = textAt(parameters, 0);
      if (tagNumber(master, name) !== undefined) throw new Refusal(400, `the tag '${name}' already exists`);
      addTag(master, name, optionalTextAt(parameters, 1));
      return null;
    },
  },
  'scheduler.tags.delete': {
    parameters: ['name'],
    access: 'superusers',
    writes: (parameters) => `tag/${nameAt(parameters, 0)}`,
    call(master, parameters) {
      deleteTag(master, findTag(master, textAt(parameters, 0)));
      return null;
    },
  },
  'scheduler.tags.list': {
    parameters: [],
    access: 'anyone',
    call: (master) =>
      [...master.state.tags.values()]
        .map(({ name, description }) => ({ name, description }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
  },
  'scheduler.tags.show': {
    parameters: ['name'],
    access: 'anyone',
    call(master, parameters) {
      const name = textAt(parameters, 0);
      const id = findTag(master, name);
      const devices = [...master.state.devices.values()].filter((row) => row.tags.includes(id));
      return {
        name,
        description: master.state.tags.get(id)?.description ?? null,
        devices: devices.map((row) => row.hostname),
      };
    },
  },
  'system.assign_perm_device': permissionMethod('device', grant),
  'system.revoke_perm_device': permissionMethod('device', revoke),
  'system.assign_perm_device_type': permissionMethod('devicetype', grant),
  'system.revoke_perm_device_type': permissionMethod('devicetype', revoke),
};

function permissionMethod(
  kind: PermissionRow['kind'],
  change: (master: Master, row: PermissionRow) => unknown,
): RpcMethod {
  return {
    parameters: ['perm', kind === 'device' ? 'device' : 'device_type', 'group'],
    access: 'superusers',
    writes: (parameters) => `${kind === 'device' ? 'device' : 'device-type'}/${nameAt(parameters, 1)}`,
    call(master, parameters) {
      const [permission, object, group] = [
        textAt(parameters, 0),
        textAt(parameters, 1),
        textAt(parameters, 2),
      ];
      const { groups, devices, deviceTypes } = master.state;
      if (![...groups.values()].includes(group)) throw new Refusal(400, `there is no group '${group}'`);
      const isThere = kind === 'device' ? devices.has(object) : deviceTypes.has(object);
      if (!isThere) throw new Refusal(400, `there is no ${kind} '${object}'`);
      if (!isPermission(kind, permission)) throw new Crash(`there is no permission '${permission}'`);
      change(master, { kind, object, group, permission });
      return null;
    },
  };
}

function findTag(master: Master, name: string): number {
  const id = tagNumber(master, name);
  if (id === undefined) throw new Refusal(404, `there is no tag '${name}'`);
  return id;
}
