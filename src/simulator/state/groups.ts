import type { Master } from '../master.js';
import { nextNumber } from './rows.js';

/** The ID of a group; undefined if there is none. */
export function groupNumber(master: Master, name: string): number | undefined {
  return [...master.state.groups].find(([, group]) => group === name)?.[0];
}

export function addGroup(master: Master, name: string): void {
  master.state.groups.set(nextNumber(master.state), name);
}

/** With a group, LAVA deletes its memberships and permissions, those on devices and device types as well. */
export function deleteGroup(master: Master, id: number): void {
  const { groups, memberships, groupPermissions, permissions, devices } = master.state;
  const name = groups.get(id);
  groups.delete(id);
  for (const table of [memberships, groupPermissions, permissions]) {
    for (const [key, row] of [...table]) if (row.group === name) table.delete(key);
  }
  for (const device of devices.values()) if (device.group === id) device.group = null;
}

export function hasUser(master: Master, name: string): boolean {
  return [...master.state.users.values()].some((user) => user.name === name);
}

export function membersOf(master: Master, group: string): string[] {
  return [...master.state.memberships.values()].filter((row) => row.group === group).map(({ user }) => user);
}

export function groupsOf(master: Master, user: string): string[] {
  return [...master.state.memberships.values()].filter((row) => row.user === user).map(({ group }) => group);
}

export function permissionsOf(master: Master, group: string): string[] {
  const rows = [...master.state.groupPermissions.values()].filter((row) => row.group === group);
  return rows.map(({ permission }) => permission);
}

/** Adding a member twice has no effect. */
export function addMember(master: Master, group: string, user: string): void {
  const { state } = master;
  if (!membersOf(master, group).includes(user)) state.memberships.set(nextNumber(state), { group, user });
}

/** Removing somebody who is not a member has no effect. */
export function removeMember(master: Master, group: string, user: string): void {
  const { memberships } = master.state;
  for (const [id, row] of [...memberships])
    if (row.group === group && row.user === user) memberships.delete(id);
}

export function addPermission(master: Master, group: string, permission: string): void {
  const { state } = master;
  const isNew = !permissionsOf(master, group).includes(permission);
  if (isNew) state.groupPermissions.set(nextNumber(state), { group, permission });
}

export function removePermission(master: Master, group: string, permission: string): void {
  const { groupPermissions } = master.state;
  for (const [id, row] of [...groupPermissions])
    if (row.group === group && row.permission === permission) groupPermissions.delete(id);
}
