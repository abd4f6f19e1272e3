import type { Master } from '../master.js';
import { Crash, Refusal } from '../refusal.js';
import { grant, isPermission, permissionsOn, revoke } from '../state/permissions.js';
import type { PermissionRow } from '../state/rows.js';
import { nameAt, type RpcMethod, type RpcMethods, textAt } from './method.js';

type Kind = PermissionRow['kind'];

/**
 * `perms_add`, `perms_delete` and `perms_list` of one kind of object, since 2023.03.
 * @param find returns the name of an object; throws a Refusal if there is none
 */
export function permissionMethods(
  path: 'devices' | 'device_types',
  kind: Kind,
  find: (master: Master, name: string) => string,
): RpcMethods {
  const key = kind === 'device' ? 'device' : 'device-type';
  const change = (apply: (master: Master, row: PermissionRow) => unknown): RpcMethod => ({
    parameters: ['name', 'group', 'permission'],
    isThere: (release) => release.hasPermsByRpc,
    access: 'superusers',
    writes: (parameters) => `${key}/${nameAt(parameters, 0)}`,
    call(master, parameters) {
      const object = find(master, textAt(parameters, 0));
      const [group, permission] = [textAt(parameters, 1), textAt(parameters, 2)];
      if (![...master.state.groups.values()].includes(group))
        throw new Refusal(404, `there is no group '${group}'`);
      if (!isPermission(kind, permission)) throw new Crash(`there is no permission '${permission}'`);
      apply(master, { kind, object, group, permission });
      return null;
    },
  });
  return {
    [`scheduler.${path}.perms_add`]: change(grant),
    [`scheduler.${path}.perms_delete`]: change(revoke),
    [`scheduler.${path}.perms_list`]: {
      parameters: ['name'],
      isThere: (release) => release.hasPermsByRpc,
      access: 'superusers',
      call: (master, parameters) => permissionList(master, kind, find(master, textAt(parameters, 0))),
    },
  };
}

export function permissionList(
  master: Master,
  kind: Kind,
  object: string,
): { readonly name: string; readonly group: string }[] {
  return permissionsOn(master, kind, object).map(({ group, permission }) => ({ name: permission, group }));
}
