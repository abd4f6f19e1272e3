import { valueError } from '../errors.js';
import { reserveBits } from '../limits.js';

/** Digits beyond which CPython 3.11 refuses to convert between int and str. */
const MAXIMUM_DIGITS = 4300;

/** An int as represented here: a number if safe, a bigint otherwise. */
export function toInt(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** An int from an integral double, which may be far beyond the safe integers. */
export function intFromDouble(value: number): number | bigint {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  return toInt(BigInt(value));
}

/** The value of an integer literal, without underscores. */
export function parseIntegerLiteral(text: string): number | bigint {
  if (/^\d/.test(text) && !/^0[box]/i.test(text)) checkDigits(text.length);
  else reserveBits(text.length * 4);
  return toInt(BigInt(text.toLowerCase()));
}

/** Decimal digits of an int, or Python's ValueError when there are too many. */
export function showInt(value: number | bigint): string {
  const text = String(value);
  checkDigits(text.startsWith('-') ? text.length - 1 : text.length);
  return text;
}

function checkDigits(digits: number): void {
  if (tooManyDigits(digits)) {
    throw valueError(`Exceeds the limit (${MAXIMUM_DIGITS} digits) for integer string conversion`);
  }
}

export function tooManyDigits(digits: number): boolean {
  return digits > MAXIMUM_DIGITS;
}
