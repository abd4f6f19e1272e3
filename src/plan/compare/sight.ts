import {
  type ConfigurationObject,
  type ObjectKey,
  type ObjectKind,
  type ObservedMaster,
  type Unreadable,
} from '../../model/index.js';
import { push } from '../groups.js';
import { isNothing, splitKey } from '../kinds.js';

/**
 * What is known about one object of a master. An object counts as absent only if the master could have shown it and did
 * not. Everything else is `unreadable`.
 */
export type Sight =
  | {
      readonly state: 'present';
      readonly object: ConfigurationObject;
      readonly blind: ReadonlyMap<string, string>;
    }
  | { readonly state: 'absent'; readonly blind: ReadonlyMap<string, string> }
  | { readonly state: 'unreadable'; readonly reason: string };

/** Returns what was seen of an object. `blind`: fields that could not be read, with the reason. */
export type Look = (key: ObjectKey) => Sight;

/** Prepares the results for one observed master, so that each costs one look-up. */
export function lookAt(observed: ObservedMaster): Look {
  const kinds = new Map<ObjectKind, string>();
  const kindFields = new Map<ObjectKind, Map<string, string>>();
  const objects = new Map<ObjectKey, Unreadable[]>();
  for (const unreadable of sorted(observed.unreadable)) {
    const { kind, name, field, reason } = unreadable;
    if (name !== undefined) push(objects, `${kind}/${name}`, unreadable);
    else if (field === undefined) kinds.set(kind, reason);
    else kindFields.set(kind, new Map([...(kindFields.get(kind) ?? []), [field, reason]]));
  }

  return (key) => {
    const { kind } = splitKey(key);
    const object = observed.objects.get(key);
    const entries = objects.get(key) ?? [];
    const whole = entries.find((entry) => entry.field === undefined)?.reason ?? kinds.get(kind);
    if (whole !== undefined) return { state: 'unreadable', reason: whole };

    const blind = new Map(kindFields.get(kind) ?? []);
    for (const { field, reason } of entries) if (field !== undefined) blind.set(field, reason);
    if (object !== undefined && !isNothing(object)) return { state: 'present', object, blind };
    // One of its fields could not be read, so the object may exist.
    const first = entries[0];
    if (object === undefined && first !== undefined) return { state: 'unreadable', reason: first.reason };
    return { state: 'absent', blind };
  };
}

/** The reason why unseen objects of this kind may exist; null if all of them were seen. */
export function blindnessOf(
  observed: ObservedMaster,
  kind: ObjectKind,
  fields: readonly string[],
): string | null {
  const found = sorted(observed.unreadable).find(
    (entry) => entry.kind === kind && (entry.field === undefined || fields.includes(entry.field)),
  );
  return found?.reason ?? null;
}

/** Picks the same reason regardless of the order in which things were read. */
function sorted(unreadable: readonly Unreadable[]): Unreadable[] {
  const textOf = ({ kind, name, field, reason }: Unreadable) => JSON.stringify([kind, name, field, reason]);
  return [...unreadable].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}
