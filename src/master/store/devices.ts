import { nextId } from './counters.js';
import type { Db, Tx } from './open-store.js';
import type { DevicePermissionRow, DeviceRow } from './tables.js';

/** Devices without their dictionaries, which are large. */
export async function listDeviceSummaries(db: Db): Promise<Omit<DeviceRow, 'dictionary'>[]> {
  return db
    .selectFrom('devices')
    .select([
      'hostname',
      'deviceType',
      'worker',
      'description',
      'health',
      'healthReason',
      'version',
      'physicalOwner',
      'physicalGroup',
      'extendsTemplate',
      'lastJob',
      'lastHealthReportJob',
      'revisionId',
    ])
    .orderBy('hostname')
    .execute();
}

export async function findDevice(db: Db, hostname: string): Promise<DeviceRow | undefined> {
  return db.selectFrom('devices').selectAll().where('hostname', '=', hostname).executeTakeFirst();
}

export async function listDictionaries(db: Db): Promise<{ hostname: string; dictionary: string }[]> {
  return db
    .selectFrom('devices')
    .select(['hostname', 'dictionary'])
    .where('dictionary', 'is not', null)
    .$narrowType<{ dictionary: string }>()
    .execute();
}

export async function devicesOfWorker(db: Db, worker: string): Promise<DeviceRow[]> {
  return db.selectFrom('devices').selectAll().where('worker', '=', worker).orderBy('hostname').execute();
}

export async function devicesOfType(db: Db, deviceType: string): Promise<DeviceRow[]> {
  return db
    .selectFrom('devices')
    .selectAll()
    .where('deviceType', '=', deviceType)
    .orderBy('hostname')
    .execute();
}

export async function saveDevice(tx: Tx, row: DeviceRow): Promise<void> {
  await tx
    .insertInto('devices')
    .values(row)
    .onConflict((conflict) => conflict.column('hostname').doUpdateSet(row))
    .execute();
}

export async function updateDevice(
  tx: Tx,
  hostname: string,
  change: Partial<Pick<DeviceRow, 'health' | 'healthReason' | 'lastHealthReportJob' | 'lastJob'>>,
): Promise<void> {
  await tx.updateTable('devices').set(change).where('hostname', '=', hostname).execute();
}

export async function deleteDevice(tx: Tx, hostname: string): Promise<void> {
  await tx.deleteFrom('devices').where('hostname', '=', hostname).execute();
}

export async function listPermissions(db: Db): Promise<DevicePermissionRow[]> {
  return db.selectFrom('devicePermissions').selectAll().orderBy('id').execute();
}

export async function replacePermissions(
  tx: Tx,
  device: string,
  permissions: readonly { readonly group: string; readonly permission: string }[],
): Promise<void> {
  await tx.deleteFrom('devicePermissions').where('device', '=', device).execute();
  for (const { group, permission } of permissions) {
    const id = await nextId(tx, 'devicePermissions');
    await tx.insertInto('devicePermissions').values({ id, device, groupName: group, permission }).execute();
  }
}
