import type { Master } from '../master.js';
import { nextNumber, type PermissionRow } from './rows.js';

type Kind = PermissionRow['kind'];

const verbs = ['view', 'submit_to', 'change'] as const;

/** The permissions on objects of a kind: `view_device`, `submit_to_devicetype`... */
export function isPermission(kind: Kind, permission: string): boolean {
  return verbs.some((verb) => permission === `${verb}_${kind}`);
}

export function permissionsOn(master: Master, kind: Kind, object: string): PermissionRow[] {
  return [...master.state.permissions.values()].filter((row) => row.kind === kind && row.object === object);
}

/** Adding a permission twice has no effect. */
export function grant(master: Master, row: PermissionRow): number {
  const existing = find(master, row);
  if (existing !== undefined) return existing;
  const id = nextNumber(master.state);
  master.state.permissions.set(id, row);
  return id;
}

/** Removing an absent permission has no effect. */
export function revoke(master: Master, row: PermissionRow): void {
  const existing = find(master, row);
  if (existing !== undefined) master.state.permissions.delete(existing);
}

export function forgetPermissions(master: Master, kind: Kind, object: string): void {
  for (const [id, row] of [...master.state.permissions]) {
    if (row.kind === kind && row.object === object) master.state.permissions.delete(id);
  }
}

function find(master: Master, wanted: PermissionRow): number | undefined {
  for (const [id, row] of master.state.permissions) {
    const isSame =
      row.kind === wanted.kind &&
      row.object === wanted.object &&
      row.group === wanted.group &&
      row.permission === wanted.permission;
    if (isSame) return id;
  }
  return undefined;
}
