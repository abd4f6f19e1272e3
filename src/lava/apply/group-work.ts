import type { Change, FieldValue } from '../../model/index.js';
import type { RpcCall } from '../rpc.js';
import { difference, strings } from './lists.js';
import { fieldBefore, mustBeAbsent, Unwritable, wantedFields, type Work, type WriteContext } from './work.js';

/**
 * The calls for a change of a group: first what its members lose, then what they get, so that nobody who leaves gets a
 * new permission for a moment.
 * @throws Unwritable before 2023.03, which has no such calls
 */
export function groupWork(change: Change, { session }: WriteContext): Work {
  const { capabilities } = session;
  if (!capabilities.groups) throw new Unwritable(`LAVA ${capabilities.release} has no API call for groups`);
  const { name } = change.object;
  if (change.verb === 'retire') throw new Unwritable('a group cannot be retired, only deleted');
  if (change.verb === 'delete') return { rpc: [call('groups.delete', name)] };
  const fields = wantedFields(change);
  const members = changesOf('members', change, fields);
  const permissions = changesOf('permissions', change, fields);
  const isNew = change.verb === 'create';
  return {
    ...(isNew ? { check: mustBeAbsent(change.key) } : {}),
    rpc: [
      ...(isNew ? [call('groups.add', name)] : []),
      ...members.removed.map((user) => call('users.groups.delete', user, name)),
      ...permissions.removed.map((one) => call('groups.perms.delete', name, ...partsOf(one))),
      ...members.added.map((user) => call('users.groups.add', user, name)),
      ...permissions.added.map((one) => call('groups.perms.add', name, ...partsOf(one))),
    ],
  };
}

function changesOf(field: string, change: Change, fields: Readonly<Record<string, FieldValue>>) {
  if (!(field in fields)) return { added: [], removed: [] };
  return difference(strings(fieldBefore(change, field)), strings(fields[field]));
}

function call(method: string, ...params: RpcCall['params']): RpcCall {
  return { method: `auth.${method}`, params };
}

/** The application, model and code name in a permission. */
function partsOf(permission: string): string[] {
  const [app = '', model = '', ...codename] = permission.split('.');
  return [app, model, codename.join('.')];
}
