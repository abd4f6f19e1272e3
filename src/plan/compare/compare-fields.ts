import {
  embeddedOnly,
  fieldsOf,
  keyOf,
  sameValue,
  type AppliedFields,
  type Cause,
  type ConfigurationObject,
  type FieldChange,
  type FieldValue,
  type ObjectKind,
  type ObservedMaster,
} from '../../model/index.js';
import { digestOf } from './digest.js';

/** A desired object's fields, grouped by what can be done with them. */
export interface FieldSplit {
  /** Fields that can be compared and written. */
  readonly open: Readonly<Record<string, FieldValue>>;
  /** Fields for which the release has no API. */
  readonly unsupported: readonly FieldChange[];
  /** Fields that could not be read, with the reason. */
  readonly blind: readonly { readonly change: FieldChange; readonly reason: string }[];
}

/**
 * Separates the fields that cannot be written. A `null` for an unsupported field requests nothing, and nothing exists,
 * so it is neither written nor reported. Nor is what a stock LAVA does not have by design.
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
    const name = `${desired.kind}.${field}`;
    if (observed.unsupported.has(name)) {
      const isForeign = observed.software === 'lava' && embeddedOnly.has(name);
      if (after !== null && !isForeign) unsupported.push(change);
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

/** Whether the release has no API for removing a file. */
export function isUndeletable(
  observed: Pick<ObservedMaster, 'undeletable'>,
  kind: ObjectKind,
  field: string,
): boolean {
  return observed.undeletable?.has(`${kind}.${field}`) === true;
}

export interface Comparison {
  readonly changes: readonly FieldChange[];
  /** Fields that were changed both in the lab and on the master. */
  readonly collided: readonly string[];
}

/**
 * The three-way comparison of one object's fields. Only differences between desired and observed state are changes. The
 * last applied state shows who made the difference. A field that the master accepts but never shows (absent although
 * readable) is compared with the last applied state.
 * @param applied null: lavaflow did not create the object, so every difference is `unmanaged`
 * @param isUpstream whether a difference that nobody made on the master does not come from the lab either
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
    // The usual case, which needs no digest.
    if (before !== undefined && sameValue(before, after)) continue;
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
