import type { ConfigurationObject, ObservedMaster } from '../../model/index.js';

/**
 * A group with only those members that have an account on the master, and the names of the others. LAVA has no
 * memberships of unknown users, and lavaflow creates no users: people get their account when they log in first (LDAP),
 * or from an administrator. A master that does not show its users is assumed to have all of them.
 */
export function withAccounts(
  object: ConfigurationObject,
  { users }: Pick<ObservedMaster, 'users'>,
): { readonly object: ConfigurationObject; readonly strangers: readonly string[] } {
  if (object.kind !== 'group' || users === undefined) return { object, strangers: [] };
  const { members } = object.fields;
  const strangers = members?.filter((name) => !users.has(name)) ?? [];
  if (members === undefined || strangers.length === 0) return { object, strangers: [] };
  const known = members.filter((name) => users.has(name));
  return { object: { ...object, fields: { ...object.fields, members: known } }, strangers };
}
