import type { Db, Tx } from '../open-store.js';
import type { Group } from '../values.js';
import { ensurePrincipal } from './principals.js';

export async function findGroup(db: Db, name: string): Promise<Group | undefined> {
  const found = await db
    .selectFrom('principals')
    .select('id')
    .where('kind', '=', 'group')
    .where('name', '=', name)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const members = await db
    .selectFrom('groupMembers')
    .select('username')
    .where('groupName', '=', name)
    .orderBy('username')
    .execute();
  const permissions = await db
    .selectFrom('groupPermissions')
    .select('permission')
    .where('groupName', '=', name)
    .orderBy('permission')
    .execute();
  return {
    id: found.id,
    name,
    members: members.map(({ username }) => username),
    permissions: permissions.map(({ permission }) => permission),
  };
}

/** The names of a user's groups, sorted. */
export async function groupsOf(db: Db, username: string): Promise<string[]> {
  const rows = await db
    .selectFrom('groupMembers')
    .select('groupName')
    .where('username', '=', username)
    .orderBy('groupName')
    .execute();
  return rows.map(({ groupName }) => groupName);
}

export async function saveGroup(tx: Tx, { name, members, permissions }: Omit<Group, 'id'>): Promise<void> {
  await ensurePrincipal(tx, 'group', name);
  await clear(tx, name);
  for (const username of members)
    await tx.insertInto('groupMembers').values({ groupName: name, username }).execute();
  for (const permission of permissions)
    await tx.insertInto('groupPermissions').values({ groupName: name, permission }).execute();
}

export async function deleteGroup(tx: Tx, name: string): Promise<void> {
  await clear(tx, name);
  await tx.deleteFrom('principals').where('kind', '=', 'group').where('name', '=', name).execute();
}

/** A device or device type that names a group, for messages: `device board-1`. */
export async function userOfGroup(db: Db, name: string): Promise<string | undefined> {
  const owned = await db
    .selectFrom('devices')
    .select('hostname')
    .where('physicalGroup', '=', name)
    .orderBy('hostname')
    .executeTakeFirst();
  const device = await db
    .selectFrom('devicePermissions')
    .select('device')
    .where('groupName', '=', name)
    .orderBy('device')
    .executeTakeFirst();
  const type = await db
    .selectFrom('deviceTypePermissions')
    .select('deviceType')
    .where('groupName', '=', name)
    .orderBy('deviceType')
    .executeTakeFirst();
  const hostname = owned?.hostname ?? device?.device;
  if (hostname !== undefined) return `device ${hostname}`;
  return type === undefined ? undefined : `device type ${type.deviceType}`;
}

async function clear(tx: Tx, groupName: string): Promise<void> {
  await tx.deleteFrom('groupMembers').where('groupName', '=', groupName).execute();
  await tx.deleteFrom('groupPermissions').where('groupName', '=', groupName).execute();
}
