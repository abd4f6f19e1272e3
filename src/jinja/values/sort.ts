import { spend } from '../limits.js';
import { order } from './compare.js';
import type { Value } from './types.js';

/** Python's `sorted`: stable, also when reversed; compares with `<` only. */
export function sortValues(
  items: readonly Value[],
  keyOf: (item: Value) => Value,
  isReversed: boolean,
): Value[] {
  spend(items.length * 2);
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  const direction = isReversed ? -1 : 1;
  keyed.sort((a, b) => {
    spend();
    const result = order(a.key, b.key, '<') * direction;
    return Number.isNaN(result) ? 0 : result;
  });
  return keyed.map(({ item }) => item);
}
