import type { GroupPermission } from '../../model/index.js';
import { nextId } from './counters.js';
import type { Db, Tx } from './open-store.js';
import type { DeviceTypePermissionRow, DeviceTypeRow } from './tables.js';

export async function listDeviceTypes(db: Db): Promise<DeviceTypeRow[]> {
  return db.selectFrom('deviceTypes').selectAll().orderBy('name').execute();
}

export async function findDeviceType(db: Db, name: string): Promise<DeviceTypeRow | undefined> {
  return db.selectFrom('deviceTypes').selectAll().where('name', '=', name).executeTakeFirst();
}

export async function saveDeviceType(tx: Tx, row: DeviceTypeRow): Promise<void> {
  await tx
    .insertInto('deviceTypes')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}

export async function deleteDeviceType(tx: Tx, name: string): Promise<void> {
  await tx.deleteFrom('deviceTypes').where('name', '=', name).execute();
}

export interface Alias {
  readonly name: string;
  readonly deviceType: string;
}

export async function listAliases(db: Db): Promise<Alias[]> {
  return db.selectFrom('aliases').selectAll().orderBy('name').execute();
}

export async function findAlias(db: Db, name: string): Promise<Alias | undefined> {
  return db.selectFrom('aliases').selectAll().where('name', '=', name).executeTakeFirst();
}

export async function replaceAliases(tx: Tx, deviceType: string, names: readonly string[]): Promise<void> {
  await tx.deleteFrom('aliases').where('deviceType', '=', deviceType).execute();
  if (names.length === 0) return;
  await tx
    .insertInto('aliases')
    .values(names.map((name) => ({ name, deviceType })))
    .execute();
}

export async function listTypePermissions(db: Db): Promise<DeviceTypePermissionRow[]> {
  return db.selectFrom('deviceTypePermissions').selectAll().orderBy('id').execute();
}

export async function replaceTypePermissions(
  tx: Tx,
  deviceType: string,
  permissions: readonly GroupPermission[],
): Promise<void> {
  await tx.deleteFrom('deviceTypePermissions').where('deviceType', '=', deviceType).execute();
  for (const { group, permission } of permissions) {
    const id = await nextId(tx, 'deviceTypePermissions');
    const row = { id, deviceType, groupName: group, permission };
    await tx.insertInto('deviceTypePermissions').values(row).execute();
  }
}
