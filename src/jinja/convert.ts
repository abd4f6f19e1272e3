import { spend } from './limits.js';
import { PyDict } from './values/dict.js';
import { makeFloat, PyFloat } from './values/float.js';
import { toInt } from './values/integer.js';
import { Markup } from './values/markup.js';
import { str } from './values/show.js';
import { PyTuple } from './values/tuple.js';
import type { Value } from './values/types.js';
import { Undefined } from './values/undefined.js';

const DEEPEST = 200;

/**
 * A JavaScript value as the Python value that a template receives: a whole number is an int, any other a float; an object
 * or Map is a dict, by its own enumerable keys. The value is copied, so that a template cannot change it.
 */
export function fromJavaScript(value: unknown, depth = 0): Value {
  if (depth > DEEPEST) throw new TypeError('a template context nests too deep');
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : makeFloat(value);
    case 'bigint':
      return toInt(value);
    case 'object':
      return value === null ? null : fromObject(value, depth + 1);
    case 'undefined':
      return null;
    default:
      throw new TypeError(`a ${typeof value} cannot be given to a template`);
  }
}

function fromObject(value: object, depth: number): Value {
  if (value instanceof PyFloat) return value;
  if (Array.isArray(value)) return value.map((item) => fromJavaScript(item, depth));
  const dict = new PyDict();
  if (value instanceof Map) {
    for (const [key, item] of value) dict.set(fromJavaScript(key, depth), fromJavaScript(item, depth));
    return dict;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    throw new TypeError('only plain objects, arrays and Maps can be given to a template');
  }
  for (const [key, item] of Object.entries(value)) dict.set(key, fromJavaScript(item, depth));
  return dict;
}

/**
 * A Python value as plain JavaScript: a dict is an object without a prototype (keys as text), a tuple an array,
 * an int beyond 2**53 a bigint, an undefined value null, and anything without a counterpart the text that it prints as.
 */
export function toJavaScript(value: Value): unknown {
  // A value that is small only because its parts are shared becomes large here.
  spend();
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(toJavaScript);
  if (value instanceof PyTuple) return value.items.map(toJavaScript);
  if (value instanceof PyFloat) return value.value;
  if (value instanceof Markup) return value.text;
  if (value instanceof Undefined) return null;
  if (!(value instanceof PyDict)) return str(value);
  const object = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of value.entries()) object[str(key)] = toJavaScript(item);
  return object;
}
