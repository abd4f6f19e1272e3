import type { GroupFields, Unreadable } from '../../model/index.js';
import { isStruct, type XmlRpcValue } from '../../xml-rpc/index.js';
import { failureOf, type RpcCall, type RpcOutcome } from '../rpc.js';
import type { Session } from '../session.js';
import { attempt } from './attempt.js';
import { mostShown, readAccounts } from './names.js';

export interface GroupReading {
  /** Without fields where LAVA shows only the names of groups (before 2023.03). */
  readonly groups: ReadonlyMap<string, GroupFields>;
  /** Names of all users; null: not shown. */
  readonly users: ReadonlySet<string> | null;
  readonly unreadable: readonly Unreadable[];
}

/**
 * Groups, with their members and permissions. Before 2023.03, LAVA shows only their names, in a form.
 * @param names only these; null: all
 * @param expected names that the list probably contains; changes only the number of requests
 * @throws ExternalError when the master does not respond
 */
export async function readGroups(
  session: Session,
  names: readonly string[] | null,
  signal?: AbortSignal,
  expected: readonly string[] = [],
): Promise<GroupReading> {
  return session.capabilities.groups
    ? readByRpc(session, names, signal, expected)
    : readNames(session, names, signal);
}

async function readByRpc(
  session: Session,
  names: readonly string[] | null,
  signal: AbortSignal | undefined,
  expected: readonly string[],
): Promise<GroupReading> {
  const options = { repeatable: true, signal };
  const show = (name: string): RpcCall[] => [{ method: 'auth.groups.show', params: [name] }];
  const lists = [[{ method: 'auth.groups.list', params: [] }], [{ method: 'auth.users.list', params: [] }]];
  const [[groupList] = [], [userList] = [], ...early] = await session.rpc.batch(
    'list the groups',
    [...lists, ...expected.map(show)],
    options,
  );
  const known = new Map(expected.map((name, index) => [name, early[index]?.[0]]));
  const all = textsOf(groupList);
  if (all === null) return blind(failureOf(groupList) ?? 'the response is not a list of names');
  const found = all.filter((name) => name !== '' && names?.includes(name) !== false);
  // A group that was shown before the list was read may have changed in between, like everything else that is read.
  const others = found.filter((name) => known.get(name)?.ok !== true);
  const late =
    others.length === 0 ? [] : await session.rpc.batch('read the groups', others.map(show), options);
  for (const [index, name] of others.entries()) known.set(name, late[index]?.[0]);
  const groups = new Map<string, GroupFields>();
  const unreadable: Unreadable[] = [];
  for (const name of found) {
    const outcome = known.get(name);
    // It was deleted after the list was read.
    if (outcome !== undefined && 'fault' in outcome && outcome.fault.code === 404) continue;
    const fields = fieldsIn(outcome);
    if (fields !== null) groups.set(name, fields);
    else
      unreadable.push({ kind: 'group', name, reason: failureOf(outcome) ?? 'the response is not a group' });
  }
  const users = usersIn(userList);
  return { groups, users: users === null ? null : new Set(users), unreadable };
}

async function readNames(
  session: Session,
  names: readonly string[] | null,
  signal: AbortSignal | undefined,
): Promise<GroupReading> {
  const accounts = await attempt(readAccounts(session, signal));
  if (accounts.value === null) return blind(accounts.reason);
  const all = accounts.value.groups.names();
  if (all.length >= mostShown) return blind(`LAVA shows no more than ${mostShown} groups`);
  const found = all.filter((name) => names?.includes(name) !== false);
  return { groups: new Map(found.map((name) => [name, {}])), users: null, unreadable: [] };
}

function blind(reason: string): GroupReading {
  return { groups: new Map(), users: null, unreadable: [{ kind: 'group', reason }] };
}

function fieldsIn(outcome: RpcOutcome | undefined): GroupFields | null {
  if (outcome?.ok !== true || !isStruct(outcome.value)) return null;
  const members = stringsIn(outcome.value['users']);
  const permissions = stringsIn(outcome.value['permissions']);
  return members === null || permissions === null ? null : { members, permissions };
}

function textsOf(outcome: RpcOutcome | undefined): string[] | null {
  return outcome?.ok === true ? stringsIn(outcome.value) : null;
}

function usersIn(outcome: RpcOutcome | undefined): string[] | null {
  if (outcome?.ok !== true || !Array.isArray(outcome.value)) return null;
  const entries = outcome.value as readonly XmlRpcValue[];
  return stringsIn(entries.map((entry) => (isStruct(entry) ? (entry['username'] ?? null) : null)));
}

function stringsIn(value: XmlRpcValue | undefined): string[] | null {
  if (!Array.isArray(value)) return null;
  const items = value as readonly XmlRpcValue[];
  return items.every((item) => typeof item === 'string') ? [...items] : null;
}
