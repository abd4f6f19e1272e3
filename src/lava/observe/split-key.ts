import type { ObjectKey, ObjectKind } from '../../model/index.js';

/** The kind and the name in a key. Names may contain slashes. */
export function splitKey(key: ObjectKey): [ObjectKind, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash) as ObjectKind, key.slice(slash + 1)];
}
