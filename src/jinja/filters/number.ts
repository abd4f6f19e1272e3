import { Raised, typeError, valueError } from '../errors.js';
import { fixedDigits } from '../format/digits.js';
import { needInt } from '../methods/method.js';
import { absolute, divide, multiply, power } from '../values/arithmetic.js';
import { textOf } from '../values/compare.js';
import { PyFloat } from '../values/float.js';
import { toInt } from '../values/integer.js';
import { keyOf } from '../values/key.js';
import { asDouble, asInt, truncate } from '../values/number.js';
import { parseFloatText, parseIntText } from '../values/parse-number.js';
import { repr } from '../values/show.js';
import { isTrue } from '../values/truth.js';
import { typeName, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { filter, filterError, type Filter } from './registry.js';

/** Python's `float(value)`, or undefined for its TypeError and ValueError. */
function toDouble(value: Value): number | undefined {
  if (value instanceof Undefined) throw value.failure();
  const text = textOf(value);
  return text === undefined ? asDouble(value) : parseFloatText(text);
}

function toInteger(value: Value, fallback: Value, base: Value): Value {
  if (value instanceof Undefined) throw value.failure();
  const text = textOf(value);
  if (text !== undefined) {
    // An invalid base is a failure like any other: Jinja2 then tries to read a float.
    const int = parseIntText(text, Number(asInt(base) ?? -1));
    if (int !== undefined) return int;
  } else if (value instanceof PyFloat) {
    return Number.isNaN(value.value) ? fallback : truncate(value.value);
  } else {
    const int = asInt(value);
    if (int !== undefined) return int;
  }
  const double = toDouble(value);
  if (double === undefined || Number.isNaN(double)) return fallback;
  return truncate(double);
}

function round(args: readonly (Value | undefined)[]): Value {
  const [value = null, precision = 0, given = 'common'] = args;
  // Jinja2 looks it up in a set: a Markup is found, and a list cannot be hashed.
  const method = keyOf(given);
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') {
    throw filterError('method must be common, ceil or floor');
  }
  if (method === 'common') return roundCommon(value, precision);
  const scale = power(10, precision);
  const double = multiply(value, scale);
  const exact = asInt(double);
  if (exact !== undefined) return divide(exact, scale);
  const number = asDouble(double);
  if (number === undefined) throw typeError(`must be real number, not ${typeName(double)}`);
  return divide(truncate(method === 'ceil' ? Math.ceil(number) : Math.floor(number)), scale);
}

function roundCommon(value: Value, precision: Value): Value {
  const int = asInt(value);
  if (int === undefined && !(value instanceof PyFloat)) {
    throw typeError(`type ${typeName(value)} doesn't define __round__ method`);
  }
  if (precision === null) return int ?? roundDouble((value as PyFloat).value);
  const digits = needInt(precision, 0);
  if (int !== undefined) return roundInt(BigInt(int), digits);
  return new PyFloat(roundTo((value as PyFloat).value, digits));
}

function roundDouble(value: number): Value {
  return truncate(Number.isFinite(value) ? roundTo(value, 0) : value);
}

function roundInt(value: bigint, digits: number): Value {
  if (digits >= 0) return toInt(value);
  if (digits < -400) return 0;
  const unit = 10n ** BigInt(-digits);
  const rest = ((value % unit) + unit) % unit;
  const floor = value - rest;
  const isUp = rest * 2n > unit || (rest * 2n === unit && (floor / unit) % 2n !== 0n);
  return toInt(isUp ? floor + unit : floor);
}

/** Rounds the exact value of a double to `digits` decimals, ties to even. */
function roundTo(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 340) return value;
  if (digits < -330) return value < 0 || Object.is(value, -0) ? -0 : 0;
  const magnitude = Math.abs(value);
  const rounded =
    digits >= 0 ? Number(fixedDigits(magnitude, digits)) : Number(`${roundTens(magnitude, -digits)}`);
  if (!Number.isFinite(rounded)) throw new Raised('OverflowError', 'rounded value too large to represent');
  return value < 0 || Object.is(value, -0) ? -rounded : rounded;
}

/** To a whole number of tens, hundreds, ...: of the rest, only whether there is a fraction matters. */
function roundTens(magnitude: number, zeros: number): bigint {
  const whole = BigInt(Math.floor(magnitude));
  const unit = 10n ** BigInt(zeros);
  const rest = whole % unit;
  const hasFraction = !Number.isInteger(magnitude);
  const floor = whole - rest;
  const isAbove = rest * 2n > unit || (rest * 2n === unit && hasFraction);
  const isTie = rest * 2n === unit && !hasFraction;
  return isAbove || (isTie && (floor / unit) % 2n === 1n) ? floor + unit : floor;
}

const DECIMAL = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const BINARY = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

function fileSize(args: readonly (Value | undefined)[]): Value {
  const [value = null, binary = false] = args;
  const bytes = toDouble(value);
  if (bytes === undefined) {
    if (textOf(value) !== undefined) throw valueError(`could not convert string to float: ${repr(value)}`);
    throw typeError(`float() argument must be a string or a real number, not '${typeName(value)}'`);
  }
  const base = isTrue(binary) ? 1024 : 1000;
  const prefixes = isTrue(binary) ? BINARY : DECIMAL;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${truncate(bytes)} Bytes`;
  let shown = '';
  for (const [index, prefix] of prefixes.entries()) {
    const unit = base ** (index + 2);
    const amount = (base * bytes) / unit;
    shown = `${Number.isFinite(amount) ? fixedDigits(amount, 1) : Number.isNaN(amount) ? 'nan' : 'inf'} ${prefix}`;
    if (bytes < unit) return shown;
  }
  return shown;
}

const table: Record<string, Filter> = {
  abs: filter('abs', 'x', ([value = null]) => absolute(value)),
  filesizeformat: filter('filesizeformat', 'value binary?', fileSize),
  float: filter('float', 'value default?', ([value = null, fallback = new PyFloat(0)]) => {
    const double = toDouble(value);
    return double === undefined ? fallback : new PyFloat(double);
  }),
  int: filter('int', 'value default? base?', ([value = null, fallback = 0, base = 10]) =>
    toInteger(value, fallback, base),
  ),
  round: filter('round', 'value precision? method?', round),
};

export const numberFilters: readonly [string, Filter][] = Object.entries(table);
