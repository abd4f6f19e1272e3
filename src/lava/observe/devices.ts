import type { DeviceFields, GroupPermission, Unreadable } from '../../model/index.js';
import type { Rest } from '../rest.js';
import { type Attempt, attempt } from './attempt.js';
import { type Accounts, type NameTable, readTags } from './names.js';
import { readPermissions } from './permissions.js';
import { type DeviceRow, listDevices } from './rows.js';

export interface DeviceReading {
  /** All fields except the dictionary. */
  readonly devices: ReadonlyMap<string, DeviceFields>;
  /** Devices that LAVA's `manage sync` maintains as well. */
  readonly synced: readonly string[];
  readonly unreadable: readonly Unreadable[];
}

/**
 * Devices, with names instead of numeric IDs.
 * @param accounts reads users and groups; called only if a device names one
 * @param names only these; null: all
 * @throws ExternalError when the list itself cannot be read
 */
export async function readDevices(
  rest: Rest,
  accounts: () => Promise<Accounts>,
  names: readonly string[] | null,
  signal?: AbortSignal,
): Promise<DeviceReading> {
  const [rows, permissions, tags] = await Promise.all([
    listDevices(rest, names, signal),
    attempt(readPermissions(rest, 'devices', signal)),
    attempt(readTags(rest, signal)),
  ]);
  const needsAccounts = rows.some((row) => typeof row.owner === 'number' || typeof row.group === 'number');
  const named = needsAccounts ? await attempt(accounts()) : null;
  const devices = new Map<string, DeviceFields>();
  const unreadable: Unreadable[] = [];

  for (const row of rows) {
    const { fields, misses } = nameFields(row, tags, named, permissions);
    devices.set(row.name, { ...rowFields(row), ...fields });
    unreadable.push(...misses.map((miss) => ({ kind: 'device' as const, name: row.name, ...miss })));
  }
  const synced = rows.filter(({ isSynced }) => isSynced).map(({ name }) => name);
  return { devices, synced, unreadable };
}

/** The fields for which REST returns IDs or separate lists, and the reasons for those that could not be read. */
function nameFields(
  row: DeviceRow,
  tags: Attempt<NameTable>,
  accounts: Attempt<Accounts> | null,
  permissions: Attempt<ReadonlyMap<string, readonly GroupPermission[]>>,
): { fields: DeviceFields; misses: { field: string; reason: string }[] } {
  const misses: { field: string; reason: string }[] = [];
  function resolve(
    field: string,
    id: number | string | null,
    table: Attempt<NameTable>,
  ): string | null | undefined {
    if (typeof id !== 'number') return id;
    const name = table.value?.nameOf(id);
    if (typeof name === 'string') return name;
    misses.push({ field, reason: table.reason ?? `LAVA does not return the name for the ID ${id}` });
    return undefined;
  }
  const tagNames = row.tags.map((id) => resolve('tags', id, tags));
  if (permissions.value === null) misses.push({ field: 'permissions', reason: permissions.reason });
  const fields: DeviceFields = {
    ...known('physicalOwner', resolve('physicalOwner', row.owner, tableIn(accounts, 'users'))),
    ...known('physicalGroup', resolve('physicalGroup', row.group, tableIn(accounts, 'groups'))),
    ...(tagNames.includes(undefined) ? {} : { tags: tagNames.filter((name) => typeof name === 'string') }),
    ...(permissions.value === null ? {} : { permissions: permissions.value.get(row.name) ?? [] }),
  };
  return { fields, misses };
}

function tableIn(accounts: Attempt<Accounts> | null, kind: 'users' | 'groups'): Attempt<NameTable> {
  if (accounts === null) return { value: null, reason: 'accounts were not read' };
  return accounts.value === null ? accounts : { value: accounts.value[kind], reason: null };
}

function rowFields(row: DeviceRow): DeviceFields {
  return {
    deviceType: row.deviceType,
    worker: row.worker,
    description: row.description,
    ...known('health', row.health),
    version: row.version,
    ...known('maintenanceWindows', row.maintenanceWindows),
  };
}

/** The field, or nothing if its value is unknown. */
function known<K extends string, V>(field: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [field]: value } as Record<K, V>);
}
