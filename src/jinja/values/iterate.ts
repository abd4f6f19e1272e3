import { typeError } from '../errors.js';
import { spend } from '../limits.js';
import { typeName, type Value } from './types.js';

/** Python's `iter`, or undefined when the value cannot be iterated. */
export function tryIterate(value: Value): Iterator<Value> | undefined {
  if (typeof value === 'string') return value[Symbol.iterator]();
  if (typeof value !== 'object' || value === null) return undefined;
  return Array.isArray(value) ? value[Symbol.iterator]() : value.iterate();
}

/** Python's `iter`; raises its TypeError. */
export function iterate(value: Value): Iterator<Value> {
  const items = tryIterate(value);
  if (items === undefined) throw typeError(`'${typeName(value)}' object is not iterable`);
  return items;
}

/** The items one by one, each a step. */
export function* eachItem(value: Value): Generator<Value> {
  const items = iterate(value);
  while (true) {
    const next = items.next();
    if (next.done === true) return;
    spend();
    yield next.value;
  }
}

/** Python's `list`: a new array. */
export function toList(value: Value): Value[] {
  if (Array.isArray(value)) {
    spend(value.length >> 3);
    return [...value];
  }
  return [...eachItem(value)];
}
