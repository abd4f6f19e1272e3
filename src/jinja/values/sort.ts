import { spend } from '../limits.js';
import { order } from './compare.js';
import type { Value } from './types.js';

interface Keyed {
  readonly item: Value;
  readonly key: Value;
}

/** Up to this length, CPython sorts by insertion only. */
const SMALL = 64;

/**
 * Python's `sorted`: stable, also when reversed; compares only with `<`. The order of comparisons is visible if
 * some values cannot be compared, so short lists are sorted step by step as in CPython.
 */
export function sortValues(
  items: readonly Value[],
  keyOf: (item: Value) => Value,
  isReversed: boolean,
): Value[] {
  spend(items.length * 2);
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  if (isReversed) keyed.reverse();
  const sorted = keyed.length < SMALL ? sortByInsertion(keyed) : sortMany(keyed);
  if (isReversed) sorted.reverse();
  return sorted.map(({ item }) => item);
}

function isLess(a: Keyed | undefined, b: Keyed | undefined): boolean {
  spend();
  return a !== undefined && b !== undefined && order(a.key, b.key, '<') < 0;
}

function sortMany(keyed: Keyed[]): Keyed[] {
  return keyed.sort((a, b) => {
    spend();
    const result = order(a.key, b.key, '<');
    return Number.isNaN(result) ? 0 : result;
  });
}

/** Finds the initial ascending run (a descending one is reversed), then inserts each further item. */
function sortByInsertion(keyed: readonly Keyed[]): Keyed[] {
  const { length } = keyed;
  if (length < 2) return [...keyed];
  const isFalling = isLess(keyed[1], keyed[0]);
  let end = 2;
  while (end < length && isLess(keyed[end], keyed[end - 1]) === isFalling) end++;
  const sorted = keyed.slice(0, end);
  if (isFalling) sorted.reverse();
  for (const pivot of keyed.slice(end)) {
    let [left, right] = [0, sorted.length];
    while (left < right) {
      const middle = left + ((right - left) >> 1);
      if (isLess(pivot, sorted[middle])) right = middle;
      else left = middle + 1;
    }
    sorted.splice(left, 0, pivot);
  }
  return sorted;
}
