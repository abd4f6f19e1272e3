import { isMapping } from '../pyyaml/index.js';

/** A value in a job, and the keys and list indexes that lead to it. */
export interface PlacedValue {
  readonly at: readonly (string | number)[];
  readonly value: unknown;
}

/**
 * Returns the values of a job at the places that match a path.
 * @param path keys with dots between them; `*` is any key or list index
 */
export function findValues(source: unknown, path: string): readonly PlacedValue[] {
  return find(source, path.split('.'), []);
}

function find(
  value: unknown,
  [step, ...rest]: readonly string[],
  at: PlacedValue['at'],
): readonly PlacedValue[] {
  if (step === undefined) return [{ at, value }];
  if (Array.isArray(value)) {
    if (step !== '*') return [];
    return value.flatMap((item: unknown, index) => find(item, rest, [...at, index]));
  }
  if (!isMapping(value)) return [];
  const keys = step === '*' ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : [];
  return keys.flatMap((key) => find(value[key], rest, [...at, key]));
}
