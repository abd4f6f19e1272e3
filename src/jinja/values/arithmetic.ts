import { Raised, typeError, unsupportedError } from '../errors.js';
import { percentFormat } from '../format/percent.js';
import { reserveBits, reserveItems, reserveText } from '../limits.js';
import { PyFloat } from './float.js';
import { toInt } from './integer.js';
import { escapeText, Markup } from './markup.js';
import { asDouble, asInt, doubleOf } from './number.js';
import { divideInts, floatPower } from './real.js';
import { PyTuple } from './tuple.js';
import { typeName, type Value } from './types.js';
import { Undefined } from './undefined.js';

type Int = number | bigint;

function failOperands(operator: string, a: Value, b: Value): never {
  if (a instanceof Undefined) throw a.failure();
  if (b instanceof Undefined) throw b.failure();
  const names = `'${typeName(a)}' and '${typeName(b)}'`;
  throw typeError(`unsupported operand type(s) for ${operator}: ${names}`);
}

function zeroDivision(message: string): Raised {
  return new Raised('ZeroDivisionError', message);
}

/** Applies an operator to two numbers, ints or floats; undefined if one is not a number. */
function numeric(
  a: Value,
  b: Value,
  ints: (x: Int, y: Int) => Value,
  floats: (x: number, y: number) => Value,
) {
  const x = asInt(a);
  const y = asInt(b);
  if (x !== undefined && y !== undefined) return ints(x, y);
  if ((x === undefined && !(a instanceof PyFloat)) || (y === undefined && !(b instanceof PyFloat)))
    return undefined;
  return floats(asDouble(a) ?? 0, asDouble(b) ?? 0);
}

function big(x: Int, y: Int, operation: (x: bigint, y: bigint) => bigint): Int {
  return toInt(operation(BigInt(x), BigInt(y)));
}

function float(value: number): PyFloat {
  return new PyFloat(value);
}

export function add(a: Value, b: Value): Value {
  if (typeof a === 'string' && typeof b === 'string') return joinTexts(a, b);
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    return Number.isSafeInteger(sum) ? sum : big(a, b, (x, y) => x + y);
  }
  const sum = numeric(
    a,
    b,
    (x, y) => big(x, y, (p, q) => p + q),
    (x, y) => float(x + y),
  );
  return sum ?? concatenate(a, b);
}

function joinTexts(a: string, b: string): string {
  reserveText(a.length + b.length);
  return a + b;
}

/** The text of a str or Markup in its Markup form. */
function markupText(value: Value): string | undefined {
  if (value instanceof Markup) return value.text;
  return typeof value === 'string' ? escapeText(value) : undefined;
}

function concatenate(a: Value, b: Value): Value {
  if (b instanceof Undefined && !(a instanceof Undefined) && !Array.isArray(a)) throw b.failure();
  if (a instanceof Markup || b instanceof Markup) {
    const x = markupText(a);
    const y = markupText(b);
    if (x !== undefined && y !== undefined) return new Markup(joinTexts(x, y));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    reserveItems(a.length + b.length);
    return [...a, ...b];
  }
  if (a instanceof PyTuple && b instanceof PyTuple) {
    reserveItems(a.items.length + b.items.length);
    return new PyTuple([...a.items, ...b.items]);
  }
  if (b instanceof Undefined) throw b.failure();
  if (typeof a === 'string' || Array.isArray(a) || a instanceof PyTuple) {
    const name = typeName(a);
    const hint = typeof a === 'string' ? 'Use the operator ~ to join values of any type as text.' : undefined;
    throw typeError(`can only concatenate ${name} (not "${typeName(b)}") to ${name}`, hint);
  }
  return failOperands('+', a, b);
}

export function subtract(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    return Number.isSafeInteger(difference) ? difference : big(a, b, (x, y) => x - y);
  }
  const difference = numeric(
    a,
    b,
    (x, y) => big(x, y, (p, q) => p - q),
    (x, y) => float(x - y),
  );
  return difference ?? failOperands('-', a, b);
}

export function multiply(a: Value, b: Value): Value {
  const product = numeric(a, b, multiplyInts, (x, y) => float(x * y));
  if (product !== undefined) return product;
  if (a instanceof Undefined || b instanceof Undefined) return failOperands('*', a, b);
  const count = asInt(b);
  if (count !== undefined) return repeat(a, count) ?? failOperands('*', a, b);
  const leadingCount = asInt(a);
  if (leadingCount !== undefined) return repeat(b, leadingCount) ?? failOperands('*', a, b);
  if (isSequence(a) || isSequence(b)) {
    throw typeError(`can't multiply sequence by non-int of type '${typeName(isSequence(a) ? b : a)}'`);
  }
  return failOperands('*', a, b);
}

function isSequence(value: Value): boolean {
  return (
    typeof value === 'string' || Array.isArray(value) || value instanceof PyTuple || value instanceof Markup
  );
}

function multiplyInts(x: Int, y: Int): Int {
  const product = Number(x) * Number(y);
  if (Number.isSafeInteger(product)) return product === 0 ? 0 : product;
  reserveBits(bitLength(x) + bitLength(y));
  return big(x, y, (p, q) => p * q);
}

/** Bits of an int's magnitude, at most one too many. */
export function bitLength(value: Int): number {
  if (typeof value === 'number') return value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1;
  return (value < 0n ? -value : value).toString(16).length * 4;
}

/** The largest size of a sequence: C's `ssize_t`. CPython checks it before it looks at the sequence. */
const maxSize = 2n ** 63n - 1n;

function repeat(value: Value, count: Int): Value | undefined {
  if (isSequence(value) && (count > maxSize || count < -maxSize - 1n)) {
    throw new Raised('OverflowError', "cannot fit 'int' into an index-sized integer");
  }
  const times = Math.max(0, Number(count));
  if (typeof value === 'string') return repeatText(value, times);
  if (value instanceof Markup) return new Markup(repeatText(value.text, times));
  if (Array.isArray(value)) return repeatItems(value, times);
  return value instanceof PyTuple ? new PyTuple(repeatItems(value.items, times)) : undefined;
}

function repeatText(text: string, times: number): string {
  if (text === '') return '';
  reserveText(text.length * times);
  return text.repeat(times);
}

function repeatItems(items: readonly Value[], times: number): Value[] {
  if (items.length === 0) return [];
  reserveItems(items.length * times);
  const all: Value[] = [];
  for (let round = 0; round < times; round++) for (const item of items) all.push(item);
  return all;
}

export function divide(a: Value, b: Value): Value {
  const quotient = numeric(
    a,
    b,
    (x, y) => {
      if (Number(y) === 0) throw zeroDivision('division by zero');
      return float(divideInts(x, y));
    },
    (x, y) => {
      if (y === 0) throw zeroDivision('float division by zero');
      return float(x / y);
    },
  );
  return quotient ?? failOperands('/', a, b);
}

export function floorDivide(a: Value, b: Value): Value {
  const quotient = numeric(a, b, floorDivideInts, (x, y) => float(floorDivideFloats(x, y)[0]));
  return quotient ?? failOperands('//', a, b);
}

function floorDivideInts(x: Int, y: Int): Int {
  if (Number(y) === 0) throw zeroDivision('integer division or modulo by zero');
  return big(x, y, (p, q) => {
    const quotient = p / q;
    return p % q !== 0n && p < 0n !== q < 0n ? quotient - 1n : quotient;
  });
}

function moduloInts(x: Int, y: Int): Int {
  if (Number(y) === 0) throw zeroDivision('integer modulo by zero');
  if (typeof x === 'number' && typeof y === 'number') {
    const rest = x % y;
    return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest === 0 ? 0 : rest;
  }
  return big(x, y, (p, q) => {
    const rest = p % q;
    return rest !== 0n && rest < 0n !== q < 0n ? rest + q : rest;
  });
}

/** Quotient and remainder as CPython's float_divmod computes them, signed zeros included. */
function floorDivideFloats(x: number, y: number): [number, number] {
  if (y === 0) throw zeroDivision('float divmod()');
  let rest = x % y;
  let quotient = (x - rest) / y;
  if (rest !== 0) {
    if (y < 0 !== rest < 0) {
      rest += y;
      quotient -= 1;
    }
  } else {
    rest = y < 0 ? -0 : 0;
  }
  if (quotient === 0) return [x / y < 0 || Object.is(x / y, -0) ? -0 : 0, rest];
  const floor = Math.floor(quotient);
  return [quotient - floor > 0.5 ? floor + 1 : floor, rest];
}

export function modulo(a: Value, b: Value): Value {
  if (typeof a === 'string') return percentFormat(a, b);
  if (a instanceof Markup) return new Markup(percentFormat(a.text, b, escapeText));
  const rest = numeric(a, b, moduloInts, (x, y) => {
    if (y === 0) throw zeroDivision('float modulo');
    return float(floorDivideFloats(x, y)[1]);
  });
  return rest ?? failOperands('%', a, b);
}

export function power(a: Value, b: Value): Value {
  const result = numeric(a, b, powerOfInts, (x, y) => powerOfFloats(x, y));
  return result ?? failOperands('** or pow()', a, b);
}

function powerOfInts(x: Int, y: Int): Value {
  if (y < 0) {
    if (Number(x) === 0) throw zeroDivision('0.0 cannot be raised to a negative power');
    return powerOfFloats(doubleOf(x), doubleOf(y));
  }
  if (Number(x) !== 0 && x !== 1 && x !== -1) reserveBits(bitLength(x) * Number(y));
  return big(x, y, (p, q) => p ** q);
}

function powerOfFloats(x: number, y: number): PyFloat {
  if (x === 0 && y < 0) throw zeroDivision('0.0 cannot be raised to a negative power');
  if (x < 0 && Number.isFinite(x) && Number.isFinite(y) && !Number.isInteger(y)) {
    throw unsupportedError(
      'a negative number to a broken power is a complex number',
      'Compute the absolute value first.',
    );
  }
  const result = floatPower(x, y);
  if (!Number.isFinite(result) && Number.isFinite(x) && Number.isFinite(y)) {
    throw new Raised('OverflowError', "(34, 'Numerical result out of range')");
  }
  return float(result);
}

export function negate(value: Value): Value {
  if (value instanceof PyFloat) return float(-value.value);
  const int = asInt(value);
  if (int === undefined) return failUnary('-', value);
  return Number(int) === 0 ? 0 : toInt(-BigInt(int));
}

export function positive(value: Value): Value {
  if (value instanceof PyFloat) return value;
  return asInt(value) ?? failUnary('+', value);
}

function failUnary(operator: string, value: Value): never {
  if (value instanceof Undefined) throw value.failure();
  throw typeError(`bad operand type for unary ${operator}: '${typeName(value)}'`);
}

/** Python's `abs`. */
export function absolute(value: Value): Value {
  if (value instanceof PyFloat) return float(Math.abs(value.value));
  const int = asInt(value);
  if (int !== undefined) return int < 0 ? toInt(-BigInt(int)) : int;
  if (value instanceof Undefined) throw typeError(`bad operand type for abs(): 'Undefined'`);
  throw typeError(`bad operand type for abs(): '${typeName(value)}'`);
}
