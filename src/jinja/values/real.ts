import { Raised } from '../errors.js';

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
  if (numerator === 0n) return 0;
  const isNegative = numerator < 0n !== denominator < 0n;
  let n = numerator < 0n ? -numerator : numerator;
  let d = denominator < 0n ? -denominator : denominator;
  // Scale so that the quotient has 55 or 56 bits: 53 for the double, and more to round with.
  let shift = bits(d) - bits(n) + 55;
  // Below the smallest normal number a double has fewer bits.
  const lowest = -1074 - exponent;
  if (-shift < lowest - 2) shift = 2 - lowest;
  if (shift > 0) n <<= BigInt(shift);
  else d <<= BigInt(-shift);
  let quotient = n / d;
  if (n % d !== 0n) quotient |= 1n;
  const result = scale(quotient, exponent - shift);
  return isNegative ? -result : result;
}

/** `mantissa * 2 ** exponent` rounded once; the last bit of the mantissa may stand for all that was cut off. */
function scale(mantissa: bigint, exponent: number): number {
  const length = mantissa === 0n ? 0 : bits(mantissa);
  const keep = Math.min(53, length + exponent + 1074);
  const drop = length - keep;
  if (drop <= 0) return multiplyByPowerOfTwo(Number(mantissa), exponent);
  if (keep < 0) return 0;
  const half = 1n << BigInt(drop - 1);
  const rest = mantissa & ((1n << BigInt(drop)) - 1n);
  let kept = mantissa >> BigInt(drop);
  if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n;
  return multiplyByPowerOfTwo(Number(kept), exponent + drop);
}

function multiplyByPowerOfTwo(value: number, exponent: number): number {
  let result = value;
  let left = exponent;
  while (left > 1000) {
    result *= 2 ** 1000;
    left -= 1000;
  }
  while (left < -1000) {
    // The value has few enough bits by now that only the last step can lose any.
    const step = Math.max(left, -1000);
    result *= 2 ** step;
    left -= step;
  }
  return result * 2 ** left;
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

/** `x ** y`, rounded as the C library does: V8's own is off by one bit now and then for whole exponents. */
export function floatPower(x: number, y: number): number {
  if (y === 0.5 && x >= 0 && Number.isFinite(x)) return x === 0 ? 0 : Math.sqrt(x);
  const isSmall = Number.isInteger(y) && Math.abs(y) <= 400;
  if (!isSmall || !Number.isFinite(x) || x === 0) return cPower(x, y);
  const rough = x ** y;
  if (!Number.isFinite(rough) || rough === 0) return rough;
  const { mantissa, exponent } = exactly(x);
  const count = Math.abs(y);
  const power = mantissa ** BigInt(count);
  return y >= 0 ? ratio(power, 1n, exponent * count) : ratio(1n, power, -exponent * count);
}

/** C says that 1 to any power, and anything to the power 0, is 1; and so it is for -1 to an infinite power. */
function cPower(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
  return x ** y;
}
