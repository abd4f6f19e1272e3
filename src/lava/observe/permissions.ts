import type { GroupPermission } from '../../model/index.js';
import type { Rest } from '../rest.js';

const columns = { devices: 'device', devicetypes: 'devicetype' } as const;

/**
 * The permissions of groups on all devices, or on all device types, by the name of the object. Objects without
 * permissions are not in the result.
 * @throws ExternalError when the list cannot be read: only superusers may read it
 */
export async function readPermissions(
  rest: Rest,
  of: keyof typeof columns,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly GroupPermission[]>> {
  const what = of === 'devices' ? 'list the permissions on devices' : 'list the permissions on device types';
  const entries = await rest.list(what, `permissions/${of}/?ordering=id`, 'id', signal);
  const permissions = new Map<string, GroupPermission[]>();
  for (const entry of entries) {
    const { [columns[of]]: name, group, permission } = entry;
    if (typeof name !== 'string' || typeof group !== 'string' || typeof permission !== 'string') continue;
    const known = permissions.get(name);
    if (known === undefined) permissions.set(name, [{ group, permission }]);
    else known.push({ group, permission });
  }
  return permissions;
}
