/** What a plan does with an object. The same words in code, command line, metrics and documents. */
export const verbs = ['create', 'update', 'adopt', 'retire', 'delete', 'keep', 'report'] as const;

export type Verb = (typeof verbs)[number];

/** Why a desired value and an observed one differ. */
export const causes = ['this change', 'drift', 'upstream', 'unmanaged'] as const;

export type Cause = (typeof causes)[number];

/**
 * Why an entry is `keep` or `report`, for code (its `reason` is for people):
 * - `blocked`: its files have findings;
 * - `unreadable`: the master did not show the object or the field;
 * - `unsupported`: this release has no API for the field;
 * - `no-account`: these members of a group, or this owner of a device, have no account on the master;
 * - `built-in`: it belongs to the master itself;
 * - `unadopted`: the lab names it, lavaflow did not create it, and it differs;
 * - `unnamed`: neither the lab nor the record contains it;
 * - `undeclared`: the master has a value that the lab does not declare and lavaflow did not write;
 * - `drift-mode`: it drifted, and the mode is not `enforce`;
 * - `contested`: it drifted again each time it was reverted, and is left alone for a while;
 * - `window`: the maintenance windows of the worker or device do not allow changes now;
 * - `prune-policy`: it left the lab, and the policy only reports that;
 * - `needs-consent`: it left the lab, and would be deleted if that were allowed;
 * - `in-use`: it left the lab, but an object that stays needs it;
 * - `missing-need`: something that it needs is not on the master, and this plan does not create it;
 * - `name-taken`: its name, or an alias, belongs to another object on the master.
 */
export const holds = [
  'blocked',
  'unreadable',
  'unsupported',
  'no-account',
  'built-in',
  'unadopted',
  'unnamed',
  'undeclared',
  'drift-mode',
  'contested',
  'window',
  'prune-policy',
  'needs-consent',
  'in-use',
  'missing-need',
  'name-taken',
] as const;

export type Hold = (typeof holds)[number];
