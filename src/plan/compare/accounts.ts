import type { ConfigurationObject, FieldValue, ObservedMaster } from '../../model/index.js';

/** What an object names and the master does not have: users without an account. */
export interface Waiting {
  readonly field: 'members' | 'physicalOwner';
  readonly value: FieldValue;
}

/**
 * An object that names only users with an account on the master, and what waits for the others. LAVA has no memberships and
 * owners that it does not know, and lavaflow creates no users: people get their account when they log in first (LDAP), or
 * from an administrator. A master that does not show its users is assumed to have all of them. An embedded master creates
 * the owner of a device.
 */
export function withAccounts(
  object: ConfigurationObject,
  { users, software }: Pick<ObservedMaster, 'users' | 'software'>,
): { readonly object: ConfigurationObject; readonly waiting: Waiting | null } {
  const whole = { object, waiting: null };
  if (users === undefined) return whole;
  if (object.kind === 'device') {
    const { physicalOwner: owner, ...fields } = object.fields;
    if (software !== 'lava' || typeof owner !== 'string' || users.has(owner)) return whole;
    return { object: { ...object, fields }, waiting: { field: 'physicalOwner', value: owner } };
  }
  if (object.kind !== 'group') return whole;
  const { members } = object.fields;
  const strangers = members?.filter((name) => !users.has(name)) ?? [];
  if (members === undefined || strangers.length === 0) return whole;
  const known = members.filter((name) => users.has(name));
  return {
    object: { ...object, fields: { ...object.fields, members: known } },
    waiting: { field: 'members', value: strangers },
  };
}
