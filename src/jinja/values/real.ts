import { Raised } from '../errors.js';
import { powerOfPositive } from './c-power.js';
import { roundToDouble } from './fma.js';

/** `x / y` of ints, rounded once, as Python's true division. */
export function divideInts(x: number | bigint, y: number | bigint): number {
  if (typeof x === 'number' && typeof y === 'number') return x / y;
  const result = ratio(BigInt(x), BigInt(y), 0);
  if (!Number.isFinite(result))
    throw new Raised('OverflowError', 'integer division result too large for a float');
  return result;
}

function bits(value: bigint): number {
  const text = value.toString(2);
  return text.length;
}

/** The double nearest to `numerator / denominator * 2 ** exponent`, ties to even. */
function ratio(numerator: bigint, denominator: bigint, exponent: number): number {
  // Like every quotient of ints in CPython, zero has the sign of the division.
  if (numerator === 0n) return denominator < 0n ? -0 : 0;
  const isNegative = numerator < 0n !== denominator < 0n;
  let n = numerator < 0n ? -numerator : numerator;
  let d = denominator < 0n ? -denominator : denominator;
  // Scale so that the quotient has 55 or 56 bits: 53 for the double, and the rest for rounding.
  let shift = bits(d) - bits(n) + 55;
  // Below the smallest normal number a double has fewer bits.
  const lowest = -1074 - exponent;
  if (-shift < lowest - 2) shift = 2 - lowest;
  if (shift > 0) n <<= BigInt(shift);
  else d <<= BigInt(-shift);
  let quotient = n / d;
  if (n % d !== 0n) quotient |= 1n;
  const result = roundToDouble(quotient, exponent - shift);
  return isNegative ? -result : result;
}

/** A finite double as an odd-or-zero integer times a power of two. */
export function exactly(value: number): { mantissa: bigint; exponent: number } {
  if (value === 0) return { mantissa: 0n, exponent: 0 };
  let exponent = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent--;
  }
  return { mantissa: BigInt(scaled), exponent };
}

/** `x ** y` as the C library's `pow`; a negative `x` only to a whole power. */
export function floatPower(x: number, y: number): number {
  // In C, 1 to any power and anything to the power 0 is 1, and so is -1 to an infinite power.
  if (x === 1 || y === 0) return 1;
  if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0) return x ** y;
  if (x > 0) return powerOfPositive(x, y);
  const magnitude = powerOfPositive(-x, y);
  return y % 2 === 0 ? magnitude : -magnitude;
}
