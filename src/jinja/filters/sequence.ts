import { Raised, typeError, unsupportedError } from '../errors.js';
import { reserveItems, spend } from '../limits.js';
import { needFlag, needInt } from '../methods/method.js';
import { add, floorDivide, modulo } from '../values/arithmetic.js';
import { equals, order, textOf } from '../values/compare.js';
import { PyDict, DictView } from '../values/dict.js';
import { eachItem, iterate, toList, tryIterate } from '../values/iterate.js';
import { lazily, PyIterator } from '../values/iterator.js';
import { keyOf, type Key } from '../values/key.js';
import { lengthOf } from '../values/length.js';
import { Markup } from '../values/markup.js';
import { PyRange } from '../values/range.js';
import { charactersOf } from '../values/slice.js';
import { sortValues } from '../values/sort.js';
import { isTrue } from '../values/truth.js';
import { GroupTuple, PyTuple } from '../values/tuple.js';
import { typeName, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { attributeGetter, attributesGetter, ignoreCase } from './attributes.js';
import { filter, filterError, type Filter } from './registry.js';

function same(value: Value): Value {
  return value;
}

function sort(args: readonly (Value | undefined)[]): Value {
  const [items = null, reverse = false, caseSensitive = false, attribute = null] = args;
  const key = attributesGetter(attribute, isTrue(caseSensitive) ? same : ignoreCase);
  const list = toList(items);
  return sortValues(list, key, needFlag(reverse));
}

function dictsort(args: readonly (Value | undefined)[]): Value {
  const [dict = null, caseSensitive = false, by = 'key', reverse = false] = args;
  if (by !== 'key' && by !== 'value') throw filterError('You can only sort by either "key" or "value"');
  if (!(dict instanceof PyDict)) {
    if (dict instanceof Undefined) throw dict.failure();
    throw new Raised('AttributeError', `'${typeName(dict)}' object has no attribute 'items'`);
  }
  const place = by === 'key' ? 0 : 1;
  const entries = Array.from(dict.entries(), (entry) => new PyTuple(entry));
  const key = (entry: Value): Value => {
    const value = entry instanceof PyTuple ? (entry.items[place] ?? null) : null;
    return isTrue(caseSensitive) ? value : ignoreCase(value);
  };
  return sortValues(entries, key, needFlag(reverse));
}

function unique(args: readonly (Value | undefined)[]): Value {
  const [items = null, caseSensitive = false, attribute = null] = args;
  const key = attributeGetter(attribute, { finish: isTrue(caseSensitive) ? same : ignoreCase });
  return lazily('generator', function* () {
    const seen = new Set<Key>();
    for (const item of eachItem(items)) {
      const own = keyOf(key(item));
      if (seen.has(own)) continue;
      seen.add(own);
      yield item;
    }
  });
}

function extreme(args: readonly (Value | undefined)[], direction: 1 | -1): Value {
  const [items = null, caseSensitive = false, attribute = null] = args;
  const key = attributeGetter(attribute, { finish: isTrue(caseSensitive) ? same : ignoreCase });
  const source = iterate(items);
  const first = source.next();
  if (first.done === true) return new Undefined(() => 'No aggregated item, sequence was empty.');
  let best = first.value;
  let bestKey = key(best);
  for (let next = source.next(); next.done !== true; next = source.next()) {
    spend();
    const own = key(next.value);
    if (order(own, bestKey, direction < 0 ? '<' : '>') * direction > 0) {
      best = next.value;
      bestKey = own;
    }
  }
  return best;
}

function groupby(args: readonly (Value | undefined)[]): Value {
  const [items = null, attribute = null, fallback = null, caseSensitive = false] = args;
  const key = attributeGetter(attribute, { fallback, finish: isTrue(caseSensitive) ? same : ignoreCase });
  const shownKey = attributeGetter(attribute, { fallback });
  const groups: { key: Value; items: Value[] }[] = [];
  for (const item of sortValues(toList(items), key, false)) {
    const own = key(item);
    const last = groups.at(-1);
    if (last !== undefined && (last.key === own || equals(last.key, own))) last.items.push(item);
    else groups.push({ key: own, items: [item] });
  }
  return groups.map((group) => {
    const [first = null] = group.items;
    return new GroupTuple([isTrue(caseSensitive) ? group.key : shownKey(first), group.items]);
  });
}

function batch(args: readonly (Value | undefined)[]): Value {
  const [items = null, count = null, fill = null] = args;
  return lazily('generator', function* () {
    let part: Value[] = [];
    for (const item of eachItem(items)) {
      if (equals(part.length, count)) {
        yield part;
        part = [];
      }
      part.push(item);
    }
    if (part.length === 0) return;
    if (fill !== null && order(part.length, count, '<') < 0) {
      const missing = needInt(count, 0) - part.length;
      reserveItems(missing);
      for (let index = 0; index < missing; index++) part.push(fill);
    }
    yield part;
  });
}

function slices(args: readonly (Value | undefined)[]): Value {
  const [value = null, count = null, fill = null] = args;
  return lazily('generator', function* () {
    const items = toList(value);
    const perSlice = floorDivide(items.length, count);
    const withExtra = modulo(items.length, count);
    if (typeof perSlice !== 'number' || typeof withExtra !== 'number' || typeof count !== 'number') {
      throw typeError(`'${typeName(count)}' object cannot be interpreted as an integer`);
    }
    let start = 0;
    for (let index = 0; index < count; index++) {
      spend();
      const size = perSlice + (index < withExtra ? 1 : 0);
      const part = items.slice(start, start + size);
      start += size;
      if (fill !== null && index >= withExtra) part.push(fill);
      yield part;
    }
  });
}

function sum(args: readonly (Value | undefined)[]): Value {
  const [items = null, attribute = null, start = 0] = args;
  const get = attribute === null ? same : attributeGetter(attribute);
  if (textOf(start) !== undefined) throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
  let total = start;
  for (const item of eachItem(items)) total = add(total, get(item));
  return total;
}

function reverse(value: Value): Value {
  if (typeof value === 'string') return charactersOf(value).reverse().join('');
  if (value instanceof Markup) return new Markup(charactersOf(value.text).reverse().join(''));
  if (Array.isArray(value)) return new PyIterator('list_reverseiterator', toList(value).reverse().values());
  if (
    value instanceof PyTuple ||
    value instanceof PyDict ||
    value instanceof DictView ||
    value instanceof PyRange
  ) {
    return new PyIterator(`reversed`, toList(value).reverse().values());
  }
  if (value instanceof Undefined) return new PyIterator('reversed', [].values());
  try {
    return toList(value).reverse();
  } catch (error) {
    throw error instanceof Raised && error.pythonClass === 'TypeError'
      ? filterError('argument must be iterable')
      : error;
  }
}

function last(value: Value): Value {
  if (value instanceof PyIterator || tryIterate(value) === undefined) {
    throw typeError(`'${typeName(value)}' object is not reversible`);
  }
  const item = toList(value).at(-1);
  return item === undefined ? new Undefined(() => 'No last item, sequence was empty.') : item;
}

function random(value: Value, choose: (() => number) | undefined): Value {
  const length = lengthOf(value);
  if (length === 0) return new Undefined(() => 'No random item, sequence was empty.');
  if (length > 1 && choose === undefined) {
    throw unsupportedError('`random` makes rendering unrepeatable', 'Choose the item yourself.');
  }
  if (value instanceof PyDict) throw typeError('a dict has no item by number');
  return toList(value)[Math.floor((choose?.() ?? 0) * length)] ?? null;
}

const table: Record<string, Filter> = {
  batch: filter('batch', 'value linecount fill_with?', batch),
  count: filter('len', 'obj', ([value]) => lengthOf(value)),
  dictsort: filter('dictsort', 'value case_sensitive? by? reverse?', dictsort),
  first: filter('first', 'seq', ([value = null]) => {
    const next = iterate(value).next();
    return next.done === true ? new Undefined(() => 'No first item, sequence was empty.') : next.value;
  }),
  groupby: filter('groupby', 'value attribute default? case_sensitive?', groupby),
  items: filter('items', 'value', ([value = null]) =>
    lazily('generator', function* () {
      if (value instanceof Undefined) return;
      if (!(value instanceof PyDict)) throw typeError('Can only get item pairs from a mapping.');
      for (const entry of value.entries()) yield new PyTuple(entry);
    }),
  ),
  last: filter('last', 'seq', ([value = null]) => last(value)),
  length: filter('len', 'obj', ([value]) => lengthOf(value)),
  list: filter('list', 'value', ([value = null]) => toList(value)),
  max: filter('max', 'value case_sensitive? attribute?', (args) => extreme(args, 1)),
  min: filter('min', 'value case_sensitive? attribute?', (args) => extreme(args, -1)),
  random: filter('random', 'seq', ([value = null], run) => random(value, run.random)),
  reverse: filter('reverse', 'value', ([value = null]) => reverse(value)),
  slice: filter('slice', 'value slices fill_with?', slices),
  sort: filter('sort', 'value reverse? case_sensitive? attribute?', sort),
  sum: filter('sum', 'iterable attribute? start?', sum),
  unique: filter('unique', 'value case_sensitive? attribute?', unique),
};

export const sequenceFilters: readonly [string, Filter][] = Object.entries(table);
