import type { Master } from '../master.js';
import type { Release } from '../release.js';
import { Crash, Refusal } from '../refusal.js';
import {
  addGroup,
  addMember,
  addPermission,
  deleteGroup,
  groupNumber,
  groupsOf,
  hasUser,
  membersOf,
  permissionsOf,
  removeMember,
  removePermission,
} from '../state/groups.js';
import { nextNumber } from '../state/rows.js';
import { lengthOf, nameAt, type Parameters, type RpcMethod, type RpcMethods, textAt } from './method.js';

const isThere = (release: Release): boolean => release.hasPermsByRpc;
const maxNameLength = 150;

const ofGroups = { isThere, access: 'superusers' } as const;
/** A write whose first parameter is a group. */
const onGroup = {
  ...ofGroups,
  writes: (parameters: Parameters) => `group/${nameAt(parameters, 0)}`,
} as const;
const onUser = { ...ofGroups, writes: (parameters: Parameters) => `user/${nameAt(parameters, 0)}` } as const;

export const groupMethods: RpcMethods = {
  'auth.groups.add': {
    ...onGroup,
    parameters: ['name'],
    call(master, parameters) {
      const name = textAt(parameters, 0);
      if (lengthOf(name) > maxNameLength) throw new Crash('value too long for type character varying(150)');
      if (groupNumber(master, name) !== undefined)
        throw new Refusal(400, `the group '${name}' already exists`);
      addGroup(master, name);
      return null;
    },
  },
  'auth.groups.delete': {
    ...onGroup,
    parameters: ['name'],
    call(master, parameters) {
      deleteGroup(master, findGroup(master, textAt(parameters, 0)));
      return null;
    },
  },
  'auth.groups.list': {
    ...ofGroups,
    parameters: [],
    call: (master) => [...master.state.groups.values()].sort(),
  },
  'auth.groups.show': {
    ...ofGroups,
    parameters: ['name'],
    call(master, parameters) {
      const name = textAt(parameters, 0);
      const id = findGroup(master, name);
      return { id, name, permissions: permissionsOf(master, name), users: membersOf(master, name) };
    },
  },
  'auth.groups.perms.add': permissionMethod(addPermission),
  'auth.groups.perms.delete': permissionMethod(removePermission),
  'auth.groups.perms.list': {
    ...ofGroups,
    parameters: ['name'],
    call(master, parameters) {
      const name = textAt(parameters, 0);
      findGroup(master, name);
      return permissionsOf(master, name).map((permission) => {
        const [app = '', model = '', codename = ''] = permission.split('.');
        return { app, model, codename };
      });
    },
  },
  'auth.users.add': {
    ...onUser,
    parameters: [
      'username',
      'first_name=None',
      'last_name=None',
      'email=None',
      'is_active=True',
      'is_staff=False',
      'is_superuser=False',
      'ldap=False',
    ],
    call(master, parameters) {
      const name = textAt(parameters, 0);
      if (hasUser(master, name)) throw new Refusal(400, `the user '${name}' already exists`);
      master.state.users.set(nextNumber(master.state), { name, isSuperuser: parameters[6] === true });
      return null;
    },
  },
  'auth.users.delete': {
    ...onUser,
    parameters: ['username'],
    call(master, parameters) {
      const name = textAt(parameters, 0);
      checkUser(master, name);
      for (const group of groupsOf(master, name)) removeMember(master, group, name);
      const id = [...master.state.users].find(([, user]) => user.name === name)?.[0];
      if (id !== undefined) master.state.users.delete(id);
      return null;
    },
  },
  'auth.users.list': {
    ...ofGroups,
    parameters: [],
    call: (master) =>
      [...master.state.users.values()]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, isSuperuser }) => ({
          username: name,
          last_name: '',
          first_name: '',
          is_superuser: isSuperuser,
          is_staff: isSuperuser,
          is_active: true,
        })),
  },
  'auth.users.groups.add': {
    ...onUser,
    parameters: ['username', 'group'],
    call(master, parameters) {
      const [user, group] = [textAt(parameters, 0), textAt(parameters, 1)];
      checkUser(master, user);
      // LAVA creates a group that does not exist.
      if (groupNumber(master, group) === undefined) addGroup(master, group);
      addMember(master, group, user);
      return null;
    },
  },
  'auth.users.groups.delete': {
    ...onUser,
    parameters: ['username', 'group'],
    call(master, parameters) {
      const [user, group] = [textAt(parameters, 0), textAt(parameters, 1)];
      checkUser(master, user);
      findGroup(master, group);
      removeMember(master, group, user);
      return null;
    },
  },
  'auth.users.groups.list': {
    ...ofGroups,
    parameters: ['username'],
    call(master, parameters) {
      const user = textAt(parameters, 0);
      checkUser(master, user);
      return groupsOf(master, user);
    },
  },
};

function permissionMethod(change: (master: Master, group: string, permission: string) => void): RpcMethod {
  return {
    ...onGroup,
    parameters: ['name', 'app', 'model', 'codename'],
    call(master, parameters) {
      const name = textAt(parameters, 0);
      findGroup(master, name);
      const [app, model, codename] = [textAt(parameters, 1), textAt(parameters, 2), textAt(parameters, 3)];
      // This double knows no models. A code name is that of its model: `add_device` of `device`.
      if (!/^(lava_scheduler_app|lava_results_app|auth|linaro_django_xmlrpc)$/.test(app))
        throw new Refusal(404, `there is no model '${app}.${model}'`);
      if (!codename.endsWith(`_${model}`)) throw new Refusal(404, `there is no permission '${codename}'`);
      change(master, name, `${app}.${model}.${codename}`);
      return null;
    },
  };
}

/** @throws Refusal */
function findGroup(master: Master, name: string): number {
  const id = groupNumber(master, name);
  if (id === undefined) throw new Refusal(404, `there is no group '${name}'`);
  return id;
}

/** @throws Refusal */
function checkUser(master: Master, name: string): void {
  if (!hasUser(master, name)) throw new Refusal(404, `there is no user '${name}'`);
}
