import { typeError } from '../errors.js';
import { reserveText, spend } from '../limits.js';
import { PyFloat } from './float.js';
import { intFromDouble } from './integer.js';
import { Markup } from './markup.js';
import { PyTuple } from './tuple.js';
import { typeName, type PyObject, type Value } from './types.js';
import { Undefined } from './undefined.js';

/** The JavaScript Map key of a Python dict key: equal Python keys have the same Key. */
export type Key = string | number | bigint | null | PyObject;

const UNDEFINED = '\0u';

/**
 * Python's hash and equality of a key: 1, 1.0 and True are one key; a tuple is its items. Raises Python's
 * TypeError for lists and dicts. A string key is itself; the Keys of other types are strings that start with NUL, and
 * strings that start with NUL are escaped.
 */
export function keyOf(value: Value): Key {
  switch (typeof value) {
    case 'string':
      return value.charCodeAt(0) === 0 ? `\0s${value}` : value;
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    default:
      return value === null ? null : keyOfObject(value);
  }
}

function keyOfObject(value: Value[] | PyObject): Key {
  if (value instanceof PyTuple) return `\0t${tupleText(value)}`;
  if (value instanceof Markup) return keyOf(value.text);
  if (value instanceof PyFloat) return keyOfFloat(value);
  if (value instanceof Undefined) return UNDEFINED;
  if (Array.isArray(value) || ['dict', 'dict_keys', 'dict_items', 'slice'].includes(value.typeName)) {
    throw typeError(`unhashable type: '${typeName(value)}'`);
  }
  return value;
}

function keyOfFloat(float: PyFloat): Key {
  if (Number.isNaN(float.value)) return float;
  return Number.isInteger(float.value) ? intFromDouble(float.value) : float.value;
}

/** Objects in tuples are distinguished by unique numbers. */
const numbers = new WeakMap<PyObject, number>();
let lastNumber = 0;

function tupleText(tuple: PyTuple): string {
  spend(tuple.items.length);
  const text = tuple.items.map((item) => keyText(keyOf(item))).join('');
  reserveText(text.length);
  return text;
}

function keyText(key: Key): string {
  const text = typeof key === 'object' && key !== null ? objectText(key) : String(key);
  return `${typeof key === 'bigint' ? 'number' : typeof key}${text.length}:${text};`;
}

function objectText(value: PyObject): string {
  let number = numbers.get(value);
  if (number === undefined) {
    number = ++lastNumber;
    numbers.set(value, number);
  }
  return String(number);
}
