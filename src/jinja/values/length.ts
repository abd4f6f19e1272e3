import { typeError } from '../errors.js';
import { codePointLength } from './markup.js';
import { PyObject, typeName, type Value } from './types.js';

/** Python's `len`; raises its TypeError. */
export function lengthOf(value: Value | undefined): number {
  if (typeof value === 'string') return codePointLength(value);
  if (Array.isArray(value)) return value.length;
  const length = value instanceof PyObject ? value.length() : undefined;
  if (length === undefined) throw typeError(`object of type '${typeName(value ?? null)}' has no len()`);
  return length;
}
