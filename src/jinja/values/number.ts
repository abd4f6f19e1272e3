import { Raised } from '../errors.js';
import { PyFloat } from './float.js';
import { intFromDouble } from './integer.js';
import type { Value } from './types.js';

type Int = number | bigint;

/** An int or a bool as an int; undefined for everything else. */
export function asInt(value: Value): Int | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return undefined;
}

/** A number as a double; undefined for anything else. Raises OverflowError for ints beyond a double. */
export function asDouble(value: Value): number | undefined {
  if (value instanceof PyFloat) return value.value;
  const int = asInt(value);
  return int === undefined ? undefined : doubleOf(int);
}

export function doubleOf(int: Int): number {
  const double = Number(int);
  if (!Number.isFinite(double)) throw new Raised('OverflowError', 'int too large to convert to float');
  return double;
}

/** Python's `int` of a double. */
export function truncate(value: number): Int {
  if (Number.isNaN(value)) throw new Raised('ValueError', 'cannot convert float NaN to integer');
  if (!Number.isFinite(value)) throw new Raised('OverflowError', 'cannot convert float infinity to integer');
  return intFromDouble(Math.trunc(value));
}
