import { Raised, typeError, valueError } from '../errors.js';
import { reserveText, spend } from '../limits.js';
import { textOf } from '../values/compare.js';
import { PyDict } from '../values/dict.js';
import { PyFloat } from '../values/float.js';
import { codePointLength } from '../values/markup.js';
import { asDouble, asInt, truncate } from '../values/number.js';
import { PyRange } from '../values/range.js';
import { ascii, repr, str } from '../values/show.js';
import { charactersOf } from '../values/slice.js';
import { PyTuple } from '../values/tuple.js';
import { Subscriptable, typeName, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { formatMagnitude } from './digits.js';

/** One conversion such as `%-10.3s`. */
interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | null;
  readonly type: string;
}

/** Provides the values of a format, in order or by name. */
class Arguments {
  #next = 0;
  #items: readonly Value[];
  readonly #isMapping: boolean;

  readonly #source: Value;

  constructor(source: Value) {
    this.#source = source;
    this.#items = source instanceof PyTuple ? source.items : [source];
    this.#isMapping =
      source instanceof PyDict ||
      Array.isArray(source) ||
      source instanceof PyRange ||
      source instanceof Subscriptable ||
      source instanceof Undefined;
  }

  take(): Value {
    const value = this.#items[this.#next++];
    if (value === undefined) throw typeError('not enough arguments for format string');
    return value;
  }

  /** Makes the value of this name the only one to use. */
  takeFrom(name: string): void {
    if (!this.#isMapping) throw typeError('format requires a mapping');
    if (this.#source instanceof Undefined) throw this.#source.failure();
    const source = this.#source;
    if (!(source instanceof PyDict) && !(source instanceof Subscriptable))
      throw typeError(`${typeName(source)} indices must be integers or slices, not str`);
    const value = source instanceof PyDict ? source.get(name) : source.item(name);
    if (value === undefined) throw new Raised('KeyError', repr(name));
    this.#items = [value];
    this.#next = 0;
  }

  checkAllTaken(): void {
    if (this.#next < this.#items.length && !this.#isMapping) {
      throw typeError('not all arguments converted during string formatting');
    }
  }
}

/** Python's `format % values`. With `escape`, the inserted values are escaped, as for Markup. */
export function percentFormat(format: string, values: Value, escape?: (text: string) => string): string {
  const args = new Arguments(values);
  let text = '';
  let index = 0;
  while (index < format.length) {
    const percent = format.indexOf('%', index);
    if (percent === -1) {
      text += format.slice(index);
      break;
    }
    text += format.slice(index, percent);
    const part = convertNext(format, percent + 1, args, escape);
    text += part.text;
    reserveText(part.text.length);
    spend();
    index = part.end;
  }
  args.checkAllTaken();
  return text;
}

function convertNext(
  format: string,
  start: number,
  args: Arguments,
  escape: ((text: string) => string) | undefined,
): { text: string; end: number } {
  if (format.charAt(start) === '%') return { text: '%', end: start + 1 };
  let index = start;
  if (format.charAt(index) === '(') {
    const close = closingBracket(format, index);
    args.takeFrom(format.slice(index + 1, close));
    index = close + 1;
  }
  const flags = /^[-+ #0]*/.exec(format.slice(index))?.[0] ?? '';
  index += flags.length;
  const width = readNumber(format, index, args, 64);
  index = width.end;
  let precision: number | null = null;
  if (format.charAt(index) === '.') {
    const read = readNumber(format, index + 1, args, 32);
    precision = Math.max(0, read.value ?? 0);
    index = read.end;
  }
  if ('hlL'.includes(format.charAt(index)) && index < format.length) index++;
  const type = format.charAt(index++);
  if (type === '') throw valueError('incomplete format');
  const isLeft = (width.value ?? 0) < 0;
  const conversion = {
    flags: isLeft ? `${flags}-` : flags,
    width: Math.abs(width.value ?? 0),
    precision,
    type,
  };
  reserveText(conversion.width + (precision ?? 0));
  return { text: convert(args.take(), conversion, index - 1, escape), end: index };
}

function closingBracket(format: string, open: number): number {
  let depth = 0;
  for (let index = open; index < format.length; index++) {
    if (format.charAt(index) === '(') depth++;
    if (format.charAt(index) === ')' && --depth === 0) return index;
  }
  throw valueError('incomplete format key');
}

/** A literal width or precision or, for a star, the next value, which C stores in so many bits. */
function readNumber(
  format: string,
  index: number,
  args: Arguments,
  bits: 32 | 64,
): { value: number | null; end: number } {
  if (format.charAt(index) === '*') {
    const int = args.take();
    if (typeof int !== 'number' && typeof int !== 'boolean' && typeof int !== 'bigint')
      throw typeError('* wants int');
    if (BigInt.asIntN(bits, BigInt(int)) !== BigInt(int))
      throw new Raised('OverflowError', 'Python int too large to convert to C int');
    return { value: Number(int), end: index + 1 };
  }
  const digits = /^\d*/.exec(format.slice(index))?.[0] ?? '';
  if (Number(digits) > 2 ** 31) throw valueError('width too big');
  return { value: digits === '' ? null : Number(digits), end: index + digits.length };
}

function convert(
  value: Value,
  by: Conversion,
  place: number,
  escape: ((text: string) => string) | undefined,
): string {
  switch (by.type) {
    case 's':
      return padText(cut(escaped(value, str(value), escape), by.precision), by);
    case 'r':
      return padText(cut(escape === undefined ? repr(value) : escape(repr(value)), by.precision), by);
    case 'a':
      return padText(cut(ascii(value), by.precision), by);
    case 'c':
      return padText(character(value), by);
    case 'd':
    case 'i':
    case 'u':
      return padNumber(decimal(value, by), '', by);
    case 'o':
    case 'x':
    case 'X':
      return based(value, by);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return real(value, by);
    default: {
      const code = (by.type.codePointAt(0) ?? 0).toString(16);
      throw valueError(`unsupported format character '${by.type}' (0x${code}) at index ${place}`);
    }
  }
}

function escaped(value: Value, text: string, escape: ((text: string) => string) | undefined): string {
  const isMarkup = typeof value !== 'string' && textOf(value) !== undefined;
  return escape === undefined || isMarkup ? text : escape(text);
}

function cut(text: string, precision: number | null): string {
  return precision === null ? text : charactersOf(text).slice(0, precision).join('');
}

function padText(text: string, by: Conversion): string {
  const missing = Math.max(0, by.width - codePointLength(text));
  return by.flags.includes('-') ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}

function character(value: Value): string {
  const text = textOf(value);
  if (text !== undefined) {
    if (codePointLength(text) !== 1) throw typeError('%c requires int or char');
    return text;
  }
  const int = asInt(value);
  if (int === undefined) throw typeError('%c requires int or char');
  if (int < 0 || int > 0x10ffff) throw new Raised('OverflowError', '%c arg not in range(0x110000)');
  return String.fromCodePoint(Number(int));
}

function integer(value: Value, by: Conversion, allowsFloat: boolean): bigint {
  const int = asInt(value);
  if (int !== undefined) return BigInt(int);
  if (value instanceof PyFloat && allowsFloat) return BigInt(truncate(value.value));
  if (value instanceof Undefined && allowsFloat) throw value.failure();
  const wanted = allowsFloat ? 'a real number is' : 'an integer is';
  throw typeError(`%${by.type} format: ${wanted} required, not ${typeName(value)}`);
}

function decimal(value: Value, by: Conversion): { isNegative: boolean; digits: string } {
  const int = integer(value, by, true);
  const digits = (int < 0n ? -int : int).toString();
  return { isNegative: int < 0n, digits: digits.padStart(by.precision ?? 0, '0') };
}

function based(value: Value, by: Conversion): string {
  const int = integer(value, by, false);
  const digits = (int < 0n ? -int : int).toString(by.type === 'o' ? 8 : 16).padStart(by.precision ?? 0, '0');
  const prefix = by.flags.includes('#') ? `0${by.type}` : '';
  return padNumber(
    { isNegative: int < 0n, digits: by.type === 'X' ? digits.toUpperCase() : digits },
    prefix,
    by,
  );
}

function real(value: Value, by: Conversion): string {
  const double = asDouble(value);
  if (value instanceof Undefined) throw value.failure();
  if (double === undefined) throw typeError(`must be real number, not ${typeName(value)}`);
  const type = by.type.toLowerCase() as 'e' | 'f' | 'g';
  const text = formatMagnitude(Math.abs(double), type, by.precision ?? 6, by.flags.includes('#'));
  const digits = by.type === type ? text : text.toUpperCase();
  return padNumber({ isNegative: double < 0 || Object.is(double, -0), digits }, '', by);
}

function padNumber(number: { isNegative: boolean; digits: string }, prefix: string, by: Conversion): string {
  const { flags, width } = by;
  const positive = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const head = (number.isNegative ? '-' : positive) + prefix;
  const missing = Math.max(0, width - head.length - number.digits.length);
  if (flags.includes('-')) return head + number.digits + ' '.repeat(missing);
  if (flags.includes('0')) return head + '0'.repeat(missing) + number.digits;
  return ' '.repeat(missing) + head + number.digits;
}
