import { nearest } from '../../diagnostics/index.js';
import { isMapping, PythonFloat, pythonText, PythonTuple } from '../../pyyaml/index.js';
import { reservedName } from '../wording.js';
import type { Schema } from './schema.js';

/** A schema for the values that a test accepts. */
export function valueOf(
  expected: string,
  accepts: (value: unknown) => boolean,
  hintFor: (value: unknown) => string | undefined = () => undefined,
): Schema {
  return {
    expected,
    check: (value, at) =>
      accepts(value)
        ? null
        : [
            {
              at,
              message: `expected ${expected}, got ${describeValue(value)}`,
              hint: hintFor(value),
              isType: true,
            },
          ],
  };
}

export const anything: Schema = valueOf('anything', () => true);
export const text = valueOf('a string', (value) => typeof value === 'string', toQuote);
export const bool = valueOf('true or false', (value) => typeof value === 'boolean', toUnquote);
export const nothing = valueOf('nothing', (value) => value === null);
export const anyMapping = valueOf('a mapping', (value) => value instanceof Map || isMapping(value));
export const anyList = valueOf('a list', Array.isArray);
/** In Python, true and false are whole numbers. */
export const integer = valueOf('a whole number', isInteger, toUnquote);

function toQuote(value: unknown): string | undefined {
  const isScalar =
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value instanceof PythonFloat ||
    value instanceof Date;
  return isScalar ? 'Put it in quotes.' : undefined;
}

function toUnquote(value: unknown): string | undefined {
  return typeof value === 'string' && /^(?:\d+|true|false)$/i.test(value) ? 'Remove the quotes.' : undefined;
}

function isInteger(value: unknown): boolean {
  return typeof value === 'boolean' || (typeof value === 'number' && isWhole(value));
}

/** An int that is too large for JavaScript is Infinity; a float is a PythonFloat, but not in the values of `parseYaml`. */
function isWhole(value: number): boolean {
  return Number.isInteger(value) || Math.abs(value) === Infinity;
}

export function exactly(literal: string): Schema {
  return oneOf(literal);
}

export function oneOf(...literals: readonly string[]): Schema {
  const expected = literals.length === 1 ? JSON.stringify(literals[0]) : `one of ${literals.join(', ')}`;
  return {
    expected,
    check: (value, at) => {
      if (typeof value === 'string' && literals.includes(value)) return null;
      const message =
        literals.length === 1
          ? `expected ${expected}, got ${describeValue(value)}`
          : `${describeValue(value)} is not ${expected}`;
      return [{ at, message, hint: () => similarTo(value, literals), isType: true }];
    },
  };
}

/** A string that matches the pattern. Python's `$` also matches before a line feed at the end. */
export function patternText(pattern: RegExp, expected: string): Schema {
  return valueOf(expected, (value) => typeof value === 'string' && pattern.test(value));
}

/** A key of which Python's `str()` matches the pattern, so that it need not be a string. */
export function pythonPattern(pattern: RegExp, hint: string): Schema {
  return {
    expected: 'a name',
    check: (value, at) => {
      return pattern.test(pythonText(value)) ? null : [{ at, message: 'unknown key', hint }];
    },
  };
}

/** A string with this many characters. */
export function textOfLength(min: number, max = Infinity): Schema {
  const expected =
    max === Infinity ? 'a string that is not empty' : `a string of ${min} to ${max} characters`;
  return valueOf(expected, (value) => {
    if (typeof value !== 'string') return false;
    // Python counts code points, so only a string of about the right size must be counted.
    if (value.length <= max) return value.length >= 2 * min || lengthOf(value) >= min;
    return value.length <= 2 * max && lengthOf(value) <= max;
  });
}

/** In code points, as Python counts. */
export function lengthOf(value: string): number {
  return value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

/** Anything with a length of at least 1 in Python. */
export const notEmpty = valueOf('a value that is not empty', (value) => {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array)
    return value.length > 0;
  if (value instanceof Map || value instanceof Set) return value.size > 0;
  return isMapping(value) && Object.keys(value).length > 0;
});

/** Any number: Python's booleans are numbers. */
export function numberFrom(min: number, max = Infinity): Schema {
  const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  return valueOf(
    `a number ${range}`,
    (value) => {
      const number = numberOf(value);
      return number !== undefined && number >= min && number <= max;
    },
    toUnquote,
  );
}

export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof PythonFloat) return value.value;
  return typeof value === 'number' ? value : undefined;
}

/** Any value but these. */
export function noneOf(literals: readonly string[]): Schema {
  return {
    expected: 'another name',
    check: (value, at) =>
      typeof value === 'string' && literals.includes(value) ? [{ at, ...reservedName }] : null,
  };
}

/** Comparing names takes time. No name in a schema is as long as this. */
const longestName = 100;

/** A hint with the candidate that a misspelled name probably means. */
export function similarTo(value: unknown, candidates: readonly string[]): string | undefined {
  if (typeof value !== 'string' || value.length > longestName) return undefined;
  const near = nearest(value, candidates);
  return near === undefined ? undefined : `Did you mean ${JSON.stringify(near)}?`;
}

/** A value for a message, shortened to 60 characters. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (value instanceof PythonFloat) return describeFloat(value.value);
  if (value instanceof Date) return 'a date';
  if (value instanceof Set) return 'a set';
  if (value instanceof PythonTuple) return 'a pair';
  if (value instanceof Uint8Array) return 'binary data';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : typeof value;
}

function describeFloat(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
}
