import { Raised, typeError, valueError } from '../errors.js';
import { reserveItems, spend } from '../limits.js';
import { equals } from '../values/compare.js';
import { eachItem } from '../values/iterate.js';
import { sortValues } from '../values/sort.js';
import type { PyTuple } from '../values/tuple.js';
import { PyCallable, NO_KEYWORDS, type Value } from '../values/types.js';
import { needFlag, needIndex, needInt, table, type MethodTable } from './method.js';

function grow(list: Value[], by: number): void {
  reserveItems(by);
  if (list.length > 500_000) reserveItems(list.length + by);
}

function indexOf(
  items: readonly Value[],
  wanted: Value,
  start: Value | undefined,
  stop: Value | undefined,
): number {
  const from = clamp(needIndex(start, 0), items.length);
  const to = clamp(needIndex(stop, items.length), items.length);
  spend(items.length >> 3);
  for (let index = from; index < to; index++) {
    const item = items[index];
    if (item !== undefined && (item === wanted || equals(item, wanted))) return index;
  }
  return -1;
}

function clamp(index: number, length: number): number {
  return Math.min(length, Math.max(0, index < 0 ? index + length : index));
}

function count(items: readonly Value[], wanted: Value | undefined): number {
  spend(items.length);
  return items.filter((item) => wanted !== undefined && (item === wanted || equals(item, wanted))).length;
}

export const LIST_METHODS: MethodTable = table<Value[]>('list', {
  append: [
    'object',
    (list, [item = null]) => {
      grow(list, 1);
      list.push(item);
      return null;
    },
  ],
  clear: [
    '',
    (list) => {
      list.length = 0;
      return null;
    },
  ],
  copy: ['', (list) => [...list]],
  count: ['value', (list, [wanted]) => count(list, wanted)],
  extend: [
    'iterable',
    (list, [items = null]) => {
      for (const item of [...eachItem(items)]) {
        grow(list, 1);
        list.push(item);
      }
      return null;
    },
  ],
  index: [
    'value start? stop?',
    (list, [wanted = null, start, stop]) => {
      const index = indexOf(list, wanted, start, stop);
      if (index === -1) throw valueError('the value is not in list');
      return index;
    },
  ],
  insert: [
    'index object',
    (list, [index, item = null]) => {
      grow(list, 1);
      spend(list.length >> 6);
      list.splice(clamp(needInt(index, 0), list.length), 0, item);
      return null;
    },
  ],
  pop: [
    'index?',
    (list, [index]) => {
      const place = needInt(index, -1);
      const at = place < 0 ? place + list.length : place;
      const item = list[at];
      if (item === undefined) {
        throw new Raised('IndexError', list.length === 0 ? 'pop from empty list' : 'pop index out of range');
      }
      if (at < list.length - 1) spend(list.length >> 6);
      list.splice(at, 1);
      return item;
    },
  ],
  remove: [
    'value',
    (list, [wanted = null]) => {
      const index = indexOf(list, wanted, undefined, undefined);
      if (index === -1) throw valueError('list.remove(x): x not in list');
      list.splice(index, 1);
      return null;
    },
  ],
  reverse: [
    '',
    (list) => {
      spend(list.length >> 4);
      list.reverse();
      return null;
    },
  ],
  sort: [
    'named key? reverse?',
    (list, [key = null, reverse]) => {
      const isReversed = needFlag(reverse);
      if (key !== null && !(key instanceof PyCallable)) throw typeError('the sort key is not callable');
      const sorted = sortValues(
        list,
        (item) => (key === null ? item : key.call([item], NO_KEYWORDS)),
        isReversed,
      );
      list.length = 0;
      for (const item of sorted) list.push(item);
      return null;
    },
  ],
});

export const TUPLE_METHODS: MethodTable = table<PyTuple>('tuple', {
  count: ['value', (tuple, [wanted]) => count(tuple.items, wanted)],
  index: [
    'value start? stop?',
    (tuple, [wanted = null, start, stop]) => {
      const index = indexOf(tuple.items, wanted, start, stop);
      if (index === -1) throw valueError('tuple.index(x): x not in tuple');
      return index;
    },
  ],
});
