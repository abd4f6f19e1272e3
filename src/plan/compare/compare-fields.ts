import {
  fieldsOf,
  keyOf,
  type AppliedFields,
  type Cause,
  type ConfigurationObject,
  type FieldChange,
  type FieldValue,
  type ObjectKind,
  type ObservedMaster,
} from '../../model/index.js';
import { digestOf } from './digest.js';

/** A desired object's fields, by what can be done about them. */
export interface FieldSplit {
  /** Can be compared and written. */
  readonly open: Readonly<Record<string, FieldValue>>;
  /** The release has no call for them. */
  readonly unsupported: readonly FieldChange[];
  /** They could not be read: field and reason. */
  readonly blind: readonly { readonly change: FieldChange; readonly reason: string }[];
}

/**
 * Sorts out what cannot be written. A `null` for an unsupported field asks for nothing, and nothing is there: it is
 * neither written nor reported.
 */
export function splitFields(
  desired: ConfigurationObject,
  observed: ObservedMaster,
  blindFields: ReadonlyMap<string, string>,
): FieldSplit {
  const open: [string, FieldValue][] = [];
  const unsupported: FieldChange[] = [];
  const blind: { change: FieldChange; reason: string }[] = [];
  const there = observed.objects.get(keyOf(desired));
  for (const [field, after] of Object.entries(fieldsOf(desired)).sort(byFirst)) {
    if (after === undefined) continue;
    const change: FieldChange = { field, before: undefined, after, cause: 'this change' };
    const before = there === undefined ? undefined : fieldsOf(there)[field];
    const reason = blindFields.get(field);
    if (observed.unsupported.has(`${desired.kind}.${field}`)) {
      if (after !== null) unsupported.push(change);
    } else if (after === null && typeof before === 'string' && isUndeletable(observed, desired.kind, field)) {
      unsupported.push({ ...change, before });
    } else if (reason !== undefined) {
      blind.push({ change, reason });
    } else {
      open.push([field, after]);
    }
  }
  return { open: Object.fromEntries(open), unsupported, blind };
}

/** Whether the release has no way to take a file away. */
export function isUndeletable(observed: ObservedMaster, kind: ObjectKind, field: string): boolean {
  return observed.undeletable?.has(`${kind}.${field}`) === true;
}

export interface Comparison {
  readonly changes: readonly FieldChange[];
  /** Fields that both the lab and somebody on the master have changed. */
  readonly collided: readonly string[];
}

/**
 * The three-way comparison of one object's fields: only differences between desired and observed are changes; what
 * was last applied tells who made the difference. A field that the master takes but never shows (absent although
 * readable) is compared with what was last applied.
 * @param applied null: lavaflow did not make the object, every difference is `unmanaged`
 * @param isUpstream whether a difference that nobody made on the master is none of the lab's either
 */
export function compareFields(
  open: Readonly<Record<string, FieldValue>>,
  observed: ConfigurationObject | null,
  applied: AppliedFields | null,
  isUpstream: (field: string) => boolean,
): Comparison {
  const changes: FieldChange[] = [];
  const collided: string[] = [];
  for (const [field, after] of Object.entries(open)) {
    const before = observed === null ? undefined : fieldsOf(observed)[field];
    const wanted = digestOf(after);
    const last = applied?.[field];
    const seen = before === undefined ? last : digestOf(before);
    if (observed !== null && seen === wanted) continue;

    let cause: Cause = isUpstream(field) ? 'upstream' : 'this change';
    if (applied === null && observed !== null) cause = 'unmanaged';
    else if (last === wanted) cause = 'drift';
    else if (applied !== null && observed !== null && last !== undefined && seen !== last)
      collided.push(field);
    changes.push({ field, before, after, cause });
  }
  return { changes, collided };
}

function byFirst(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}
