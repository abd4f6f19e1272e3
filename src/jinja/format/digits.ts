import { exactly } from '../values/real.js';

/** No double has more decimals than this; whatever follows is zeros. */
const EXACT = 1100;

function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

/** `numerator / denominator` to the nearest integer, ties to even. */
function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

/** `|value| * 10 ** shift` to the nearest integer, ties to even, from the double's exact value. */
function scaled(value: number, shift: number): bigint {
  const { mantissa, exponent } = exactly(Math.abs(value));
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (shift >= 0) numerator *= powerOfTen(shift);
  else denominator *= powerOfTen(-shift);
  return divideRounded(numerator, denominator);
}

/** The digits of `|value|` with `precision` of them after the point, as C's `%f`. */
export function fixedDigits(value: number, precision: number): string {
  if (precision > EXACT) return fixedDigits(value, EXACT) + '0'.repeat(precision - EXACT);
  const digits = scaled(value, precision)
    .toString()
    .padStart(precision + 1, '0');
  if (precision === 0) return digits;
  return `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

/** `|value|` as one digit, `precision` more, and the power of ten of the first, as C's `%e`. */
function exponentDigits(value: number, precision: number): { digits: string; exponent: number } {
  if (value === 0) return { digits: '0'.repeat(precision + 1), exponent: 0 };
  if (precision > EXACT) {
    const { digits, exponent } = exponentDigits(value, EXACT);
    return { digits: digits + '0'.repeat(precision - EXACT), exponent };
  }
  // Many digits, because the shortest ones may round up to the next power of ten.
  let exponent = Number(Math.abs(value).toExponential(40).split('e')[1]);
  let digits = scaled(value, precision - exponent).toString();
  if (digits.length > precision + 1) {
    exponent++;
    digits = scaled(value, precision - exponent).toString();
  }
  return { digits, exponent };
}

function showExponent(digits: string, exponent: number): string {
  const point = digits.length > 1 ? `${digits.charAt(0)}.${digits.slice(1)}` : digits;
  const sign = exponent < 0 ? '-' : '+';
  return `${point}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** With a point after the digits, even if no digits follow it. */
export function withPoint(text: string): string {
  if (text.includes('.')) return text;
  const [mantissa = '', power] = text.split('e');
  return power === undefined ? `${mantissa}.` : `${mantissa}.e${power}`;
}

function stripZeros(text: string): string {
  if (!text.includes('.')) return text;
  const [mantissa = '', power] = text.split('e');
  const short = mantissa.replace(/\.?0+$/, '');
  return power === undefined ? short : `${short}e${power}`;
}

/**
 * The magnitude of a double in one of the formats `e f g` or, for `r`, as `g` with a point always shown.
 * `keepsZeros` is the alternate form `#`.
 */
export function formatMagnitude(
  value: number,
  type: 'e' | 'f' | 'g' | 'r',
  precision: number,
  keepsZeros: boolean,
): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : 'inf';
  if (type === 'f') {
    const text = fixedDigits(value, precision);
    return keepsZeros ? withPoint(text) : text;
  }
  if (type === 'e') {
    const { digits, exponent } = exponentDigits(value, precision);
    const text = showExponent(digits, exponent);
    return keepsZeros ? withPoint(text) : text;
  }
  const significant = Math.max(1, precision);
  const { digits, exponent } = exponentDigits(value, significant - 1);
  const limit = type === 'r' ? significant - 1 : significant;
  if (exponent < -4 || exponent >= limit) {
    const text = showExponent(digits, exponent);
    return keepsZeros ? withPoint(text) : stripZeros(text);
  }
  const text = fixedDigits(value, significant - 1 - exponent);
  const short = keepsZeros ? withPoint(text) : stripZeros(text);
  return type === 'r' && !short.includes('.') ? `${short}.0` : short;
}
