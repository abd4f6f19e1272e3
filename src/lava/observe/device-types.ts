import type { DeviceTypeFields, Unreadable } from '../../model/index.js';
import type { Rest } from '../rest.js';
import { attempt } from './attempt.js';
import { readPermissions } from './permissions.js';
import { listDeviceTypes } from './rows.js';

export interface DeviceTypeReading {
  readonly types: ReadonlyMap<string, DeviceTypeFields>;
  readonly unreadable: readonly Unreadable[];
}

/**
 * Device types with their groups' permissions, including hidden types.
 * @param names only these; null: all
 * @throws ExternalError when the list itself cannot be read
 */
export async function readDeviceTypes(
  rest: Rest,
  names: readonly string[] | null,
  signal?: AbortSignal,
): Promise<DeviceTypeReading> {
  const [rows, permissions] = await Promise.all([
    listDeviceTypes(rest, names, signal),
    attempt(readPermissions(rest, 'devicetypes', signal)),
  ]);
  if (permissions.value === null) {
    const { reason } = permissions;
    return { types: rows, unreadable: [{ kind: 'device-type', field: 'permissions', reason }] };
  }
  const byType = permissions.value;
  const types = [...rows].map(
    ([name, fields]) => [name, { ...fields, permissions: byType.get(name) ?? [] }] as const,
  );
  return { types: new Map(types), unreadable: [] };
}
