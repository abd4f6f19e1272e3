import { Raised, typeError, valueError } from '../errors.js';
import { reserveItems, spend } from '../limits.js';
import { DictView, PyDict } from '../values/dict.js';
import { eachItem, toList } from '../values/iterate.js';
import { repr } from '../values/show.js';
import { PyTuple } from '../values/tuple.js';
import type { Keywords, Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { table, type Method, type MethodTable } from './method.js';

/** Python's `dict(...)` and `dict.update(...)`: a mapping or pairs, then keywords. */
export function fillDict(dict: PyDict, args: readonly Value[], keywords: Keywords): void {
  if (args.length > 1) throw typeError(`dict expected at most 1 argument, got ${args.length}`);
  const [source] = args;
  if (source instanceof Undefined) throw source.failure();
  if (source !== undefined) {
    if (source instanceof PyDict) spend(source.size);
    for (const [key, value] of source instanceof PyDict ? [...source.entries()] : pairsOf(source)) {
      reserveItems(1);
      dict.set(key, value);
    }
  }
  for (const [key, value] of keywords) dict.set(key, value);
}

function* pairsOf(source: Value): Generator<readonly [Value, Value]> {
  let index = 0;
  for (const pair of eachItem(source)) {
    const [key, value, ...rest] = toPair(pair, index);
    if (key === undefined || value === undefined || rest.length > 0) {
      const length = [key, value].filter((part) => part !== undefined).length + rest.length;
      throw valueError(`dictionary update sequence element #${index} has length ${length}; 2 is required`);
    }
    yield [key, value];
    index++;
  }
}

function toPair(pair: Value, index: number): Value[] {
  if (typeof pair === 'number' || typeof pair === 'boolean' || typeof pair === 'bigint' || pair === null) {
    throw typeError(`cannot convert dictionary update sequence element #${index} to a sequence`);
  }
  return toList(pair);
}

const plain = table<PyDict>('dict', {
  clear: [
    '',
    (dict) => {
      dict.clear();
      return null;
    },
  ],
  copy: ['', (dict) => dict.copy()],
  fromkeys: [
    'iterable value?',
    (_self, [keys = null, value = null]) => {
      const dict = new PyDict();
      for (const key of eachItem(keys)) dict.set(key, value);
      return dict;
    },
  ],
  get: ['key default?', (dict, [key = null, fallback = null]) => valueOr(dict.get(key), fallback)],
  items: ['', (dict) => new DictView(dict, 'items')],
  keys: ['', (dict) => new DictView(dict, 'keys')],
  values: ['', (dict) => new DictView(dict, 'values')],
  pop: [
    'key default?',
    (dict, [key = null, fallback]) => {
      const value = dict.get(key);
      if (value !== undefined) {
        dict.delete(key);
        return value;
      }
      if (fallback === undefined) throw new Raised('KeyError', repr(key));
      return fallback;
    },
  ],
  popitem: [
    '',
    (dict) => {
      spend(dict.size >> 4);
      const entry = dict.lastEntry();
      if (entry === undefined) throw new Raised('KeyError', "'popitem(): dictionary is empty'");
      dict.delete(entry[0]);
      return new PyTuple(entry);
    },
  ],
  setdefault: [
    'key default?',
    (dict, [key = null, fallback = null]) => {
      const value = dict.get(key);
      if (value !== undefined) return value;
      reserveItems(1);
      dict.set(key, fallback);
      return fallback;
    },
  ],
});

/** `null` is Python's None, an ordinary value. */
function valueOr(value: Value | undefined, fallback: Value): Value {
  return value === undefined ? fallback : value;
}

const update: Method = (self, args, keywords) => {
  if (self instanceof PyDict) fillDict(self, args, keywords);
  return null;
};

export const DICT_METHODS: MethodTable = new Map([...plain, ['update', update]]);
