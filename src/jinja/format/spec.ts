import { Raised, typeError, valueError } from '../errors.js';
import { reserveText } from '../limits.js';
import { textOf } from '../values/compare.js';
import { PyFloat, showFloat } from '../values/float.js';
import { codePointLength } from '../values/markup.js';
import { asInt, doubleOf } from '../values/number.js';
import { charactersOf } from '../values/slice.js';
import { str } from '../values/show.js';
import { typeName, type Value } from '../values/types.js';
import { formatMagnitude, withPoint } from './digits.js';

/** Python's format specification: `[[fill]align][sign][z][#][0][width][,_][.precision][type]`. */
interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  /** `z`: a negative number that is rounded to zero loses its sign. */
  readonly dropsNegativeZero: boolean;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | null;
  readonly type: string;
}

/** The types whose digits can be grouped; with `_` also those of other bases. */
const GROUPED: readonly string[] = ['', 'd', 'e', 'f', 'g', 'E', 'F', 'G', '%'];
const PATTERN = /^(?:([^])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([^])?$/u;

function parse(text: string, value: Value): Spec {
  const match = PATTERN.exec(text);
  if (match === null) {
    throw valueError(`Invalid format specifier '${text}' for object of type '${typeName(value)}'`);
  }
  const [, fill, align, sign, noNegativeZero, alternate, zero, width, grouping, precision, type] = match;
  const spec = {
    fill: fill ?? (zero !== undefined && align === undefined ? '0' : ' '),
    align: align ?? '',
    sign: sign ?? '',
    dropsNegativeZero: noNegativeZero !== undefined,
    alternate: alternate !== undefined,
    zero: zero !== undefined,
    width: Number(width ?? 0),
    grouping: grouping ?? '',
    precision: precision === undefined ? null : Number(precision),
    type: type ?? '',
  };
  if (spec.width >= 2 ** 63 || (spec.precision ?? 0) >= 2 ** 63)
    throw valueError('Too many decimal digits in format string');
  if (spec.grouping !== '' && !GROUPED.includes(spec.type) && !(spec.grouping === '_' && spec.type in BASES))
    throw valueError(`Cannot specify '${spec.grouping}' with '${spec.type}'.`);
  reserveText(spec.width);
  return fill === undefined && zero !== undefined ? { ...spec, fill: '0' } : spec;
}

/** Python's `format(value, spec)`. */
export function formatValue(value: Value, spec: string): string {
  const text = textOf(value);
  if (spec === '') return str(value);
  if (text !== undefined) return formatString(text, parse(spec, value));
  if (value instanceof PyFloat) return formatFloat(value.value, parse(spec, value), value);
  const int = asInt(value);
  if (int !== undefined) return formatInt(int, parse(spec, value), value);
  throw typeError(`unsupported format string passed to ${typeName(value)}.__format__`);
}

function unknownType(spec: Spec, value: Value): Error {
  return valueError(`Unknown format code '${spec.type}' for object of type '${typeName(value)}'`);
}

function pad(text: string, spec: Spec, defaultAlign: string): string {
  const missing = spec.width - codePointLength(text);
  if (missing <= 0) return text;
  const align = spec.align === '' ? defaultAlign : spec.align;
  const left = align === '<' ? 0 : align === '^' ? Math.floor(missing / 2) : missing;
  return spec.fill.repeat(left) + text + spec.fill.repeat(missing - left);
}

function formatString(text: string, spec: Spec): string {
  if (spec.type !== '' && spec.type !== 's') throw unknownType(spec, text);
  if (spec.sign !== '') throw valueError('Sign not allowed in string format specifier');
  if (spec.dropsNegativeZero)
    throw valueError('Negative zero coercion (z) not allowed in string format specifier');
  if (spec.alternate) throw valueError('Alternate form (#) not allowed in string format specifier');
  if (spec.align === '=') throw valueError("'=' alignment not allowed in string format specifier");
  if (spec.grouping !== '') throw valueError(`Cannot specify '${spec.grouping}' with 's'.`);
  const cut = spec.precision === null ? text : charactersOf(text).slice(0, spec.precision).join('');
  return pad(cut, spec, '<');
}

const BASES: Readonly<Record<string, { readonly base: number; readonly prefix: string }>> = {
  b: { base: 2, prefix: '0b' },
  o: { base: 8, prefix: '0o' },
  x: { base: 16, prefix: '0x' },
  X: { base: 16, prefix: '0X' },
};

function formatInt(int: number | bigint, spec: Spec, value: Value): string {
  if ('eEfFgG%'.includes(spec.type) && spec.type !== '') return formatFloat(doubleOf(int), spec, value);
  if (!['', 'd', 'n', 'b', 'o', 'x', 'X', 'c'].includes(spec.type)) throw unknownType(spec, value);
  if (spec.precision !== null) throw valueError('Precision not allowed in integer format specifier');
  if (spec.dropsNegativeZero)
    throw valueError('Negative zero coercion (z) not allowed in integer format specifier');
  if (spec.type === 'c') return formatCharacter(int, spec);
  const kind = BASES[spec.type];
  const isNegative = int < 0;
  const digits = (isNegative ? -BigInt(int) : BigInt(int)).toString(kind?.base ?? 10);
  const prefix = kind !== undefined && spec.alternate ? kind.prefix : '';
  const size = kind === undefined ? 3 : 4;
  return assemble(isNegative, prefix, spec.type === 'X' ? digits.toUpperCase() : digits, '', spec, size);
}

function formatCharacter(int: number | bigint, spec: Spec): string {
  if (spec.sign !== '') throw valueError("Sign not allowed with integer format specifier 'c'");
  if (spec.alternate) throw valueError("Alternate form (#) not allowed with integer format specifier 'c'");
  const code = Number(int);
  if (code < 0 || code > 0x10ffff) throw new Raised('OverflowError', '%c arg not in range(0x110000)');
  return pad(String.fromCodePoint(code), spec, '>');
}

function formatFloat(double: number, spec: Spec, value: Value): string {
  const { type } = spec;
  if (!['', 'e', 'E', 'f', 'F', 'g', 'G', 'n', '%'].includes(type)) throw unknownType(spec, value);
  if ((spec.precision ?? 0) >= 2 ** 31) throw valueError('precision too big');
  reserveText(spec.precision ?? 0);
  const isNegative = double < 0 || Object.is(double, -0);
  const magnitude = Math.abs(double);
  const text = floatText(type === '%' ? magnitude * 100 : magnitude, spec);
  const shown = type === 'E' || type === 'F' || type === 'G' ? text.toUpperCase() : text;
  const [mantissa = ''] = shown.split(/e/i);
  const [whole, rest] = splitWhole(shown);
  const isSigned =
    isNegative && !Number.isNaN(double) && !(spec.dropsNegativeZero && !/[1-9i]/i.test(mantissa));
  return assemble(isSigned, '', whole, rest + (type === '%' ? '%' : ''), spec, 3);
}

function floatText(magnitude: number, spec: Spec): string {
  const precision = spec.precision ?? 6;
  switch (spec.type.toLowerCase()) {
    case 'e':
      return formatMagnitude(magnitude, 'e', precision, spec.alternate);
    case 'f':
    case '%':
      return formatMagnitude(magnitude, 'f', precision, spec.alternate);
    case '':
      if (spec.precision === null) {
        const text = showFloat(magnitude);
        return spec.alternate && Number.isFinite(magnitude) ? withPoint(text) : text;
      }
      return formatMagnitude(magnitude, 'r', precision, spec.alternate);
    default:
      return formatMagnitude(magnitude, 'g', precision, spec.alternate);
  }
}

function splitWhole(text: string): [string, string] {
  const whole = /^\d+/.exec(text)?.[0] ?? '';
  return whole === '' ? [text, ''] : [whole, text.slice(whole.length)];
}

function group(digits: string, separator: string, size: number): string {
  if (separator === '') return digits;
  const parts: string[] = [];
  for (let end = digits.length; end > 0; end -= size) parts.push(digits.slice(Math.max(0, end - size), end));
  return parts.reverse().join(separator);
}

/** Sign, prefix, digits and the rest, with padding according to the alignment. */
function assemble(
  isNegative: boolean,
  prefix: string,
  digits: string,
  rest: string,
  spec: Spec,
  size: number,
): string {
  const sign = isNegative ? '-' : spec.sign === '-' ? '' : spec.sign;
  const head = sign + prefix;
  // Infinities and NaN have no digits to group.
  const separator = /^[in]/i.test(digits) ? '' : spec.grouping;
  const isZeroPadded = spec.fill === '0' && (spec.align === '=' || (spec.align === '' && spec.zero));
  if (!isZeroPadded) {
    const body = group(digits, separator, size) + rest;
    if (spec.align !== '=') return pad(head + body, spec, '>');
    return head + pad(body, { ...spec, width: spec.width - head.length }, '>');
  }
  // Leading zeros are grouped with the digits and never start with a separator.
  const room = Math.max(0, spec.width - head.length - rest.length);
  const perGroup = separator === '' ? Infinity : size + 1;
  const groups = Math.floor(room / perGroup);
  const wanted = groups === 0 ? room : groups * size + Math.max(1, room % perGroup);
  return head + group(digits.padStart(wanted, '0'), separator, size) + rest;
}
