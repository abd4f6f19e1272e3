import type { GroupPermission } from '../../../model/index.js';
import { nextId } from '../database/counters.js';
import { listPage, numberField, textField, type Field, type Listing, type ListRequest } from '../listing.js';
import type { Db, Tx } from '../open-store.js';
import type { DevicePermission, DeviceTypePermission } from '../values.js';

const deviceFields = {
  id: numberField('id'),
  group: textField('groupName'),
  permission: textField('permission'),
  device: textField('device'),
} as const satisfies Readonly<Record<string, Field>>;

const typeFields = {
  id: numberField('id'),
  group: textField('groupName'),
  permission: textField('permission'),
  deviceType: textField('deviceType'),
} as const satisfies Readonly<Record<string, Field>>;

export type DevicePermissionField = keyof typeof deviceFields;
export type DeviceTypePermissionField = keyof typeof typeFields;

export async function listDevicePermissions(
  db: Db,
  request: ListRequest<DevicePermissionField>,
): Promise<Listing<DevicePermission>> {
  const query = db
    .selectFrom('devicePermissions')
    .select(['id', 'device', 'groupName as group', 'permission']);
  return listPage(db, query, deviceFields, 'id', request);
}

export async function permissionsOfDevice(db: Db, device: string): Promise<DevicePermission[]> {
  return db
    .selectFrom('devicePermissions')
    .select(['id', 'device', 'groupName as group', 'permission'])
    .where('device', '=', device)
    .orderBy('id')
    .execute();
}

export async function replaceDevicePermissions(
  tx: Tx,
  device: string,
  permissions: readonly GroupPermission[],
): Promise<void> {
  await tx.deleteFrom('devicePermissions').where('device', '=', device).execute();
  for (const { group, permission } of permissions) {
    const id = await nextId(tx, 'devicePermissions');
    await tx.insertInto('devicePermissions').values({ id, device, groupName: group, permission }).execute();
  }
}

export async function listTypePermissions(
  db: Db,
  request: ListRequest<DeviceTypePermissionField>,
): Promise<Listing<DeviceTypePermission>> {
  const query = db
    .selectFrom('deviceTypePermissions')
    .select(['id', 'deviceType', 'groupName as group', 'permission']);
  return listPage(db, query, typeFields, 'id', request);
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
