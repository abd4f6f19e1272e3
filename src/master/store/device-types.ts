import type { Db, Tx } from './open-store.js';
import type { DeviceTypeRow } from './tables.js';

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
