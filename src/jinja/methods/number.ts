import { Raised } from '../errors.js';
import { bitLength } from '../values/arithmetic.js';
import { PyFloat } from '../values/float.js';
import { toInt } from '../values/integer.js';
import { exactly } from '../values/real.js';
import { PyTuple } from '../values/tuple.js';
import type { Value } from '../values/types.js';
import { leftOut, table, type MethodTable } from './method.js';

function int(value: Value): bigint {
  return BigInt(
    typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint' ? value : 0,
  );
}

export const INT_METHODS: MethodTable = new Map([
  ...table('int', {
    as_integer_ratio: ['', (self) => new PyTuple([toInt(int(self)), 1])],
    bit_count: [
      '',
      (self) => (int(self) < 0n ? -int(self) : int(self)).toString(2).replaceAll('0', '').length,
    ],
    bit_length: ['', (self) => exactBitLength(int(self))],
    conjugate: ['', (self) => toInt(int(self))],
  }),
  ...leftOut('int', 'to_bytes from_bytes'),
]);

function exactBitLength(value: bigint): number {
  if (value === 0n) return 0;
  return value > -(2n ** 52n) && value < 2n ** 52n
    ? bitLength(Number(value))
    : (value < 0n ? -value : value).toString(2).length;
}

export const FLOAT_METHODS: MethodTable = new Map([
  ...table<PyFloat>('float', {
    as_integer_ratio: ['', (self) => integerRatio(self.value)],
    conjugate: ['', (self) => self],
    is_integer: ['', (self) => Number.isInteger(self.value)],
  }),
  ...leftOut('float', 'hex fromhex'),
]);

function integerRatio(value: number): PyTuple {
  if (Number.isNaN(value)) throw new Raised('ValueError', 'cannot convert NaN to integer ratio');
  if (!Number.isFinite(value)) throw new Raised('OverflowError', 'cannot convert Infinity to integer ratio');
  const { mantissa, exponent } = exactly(value);
  return new PyTuple([toInt(mantissa), toInt(2n ** BigInt(-exponent))]);
}

/** Attributes of numbers that are not methods. */
export function numberAttribute(value: Value, name: string): Value | undefined {
  const isFloat = value instanceof PyFloat;
  switch (name) {
    case 'real':
      return isFloat ? value : toInt(int(value));
    case 'imag':
      return isFloat ? new PyFloat(0) : 0;
    case 'numerator':
      return isFloat ? undefined : toInt(int(value));
    case 'denominator':
      return isFloat ? undefined : 1;
    default:
      return undefined;
  }
}
