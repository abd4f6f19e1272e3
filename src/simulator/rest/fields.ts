import { invalid } from '../refusal.js';
import type { Release } from '../release.js';

/** How REST reads the fields of a body. Each reader throws a Refusal that names the field. */

type Body = Readonly<Record<string, unknown>>;

/** Python's white space, which differs from what JavaScript's `trim` removes. */
const spaces = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const space = new RegExp(`[${spaces}]`);

/** Not a regular expression, which would start again at each space in between. */
function strip(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && space.test(text.charAt(start))) start += 1;
  while (end > start && space.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** A string, trimmed at both ends; numbers and booleans are converted. */
export function readText(
  body: Body,
  field: string,
  options: { readonly isNullable: boolean; readonly maxLength?: number },
): string | null {
  const value = body[field];
  if (value === null) {
    if (options.isNullable) return null;
    throw invalid(field, 'This field may not be null.');
  }
  if (typeof value !== 'string' && typeof value !== 'number') throw invalid(field, 'Not a valid string.');
  const text = strip(String(value));
  if (text.includes('\0')) throw invalid(field, 'Null characters are not allowed.');
  if (options.maxLength !== undefined && Array.from(text).length > options.maxLength) {
    throw invalid(field, `Ensure this field has no more than ${options.maxLength} characters.`);
  }
  return text;
}

/** Since 2024.09, names must not contain a slash. */
export function checkSlashes(release: Release, field: string, name: string): void {
  if (release.forbidsSlashes && name.includes('/')) throw invalid(field, `${name} contains slash character`);
}

/** A string that must not be blank. */
export function readFilledText(body: Body, field: string, maxLength?: number): string {
  if (!Object.hasOwn(body, field) || body[field] === undefined) throw required(field);
  const text = readText(body, field, {
    isNullable: false,
    ...(maxLength === undefined ? {} : { maxLength }),
  });
  if (text === null || text === '') throw invalid(field, 'This field may not be blank.');
  return text;
}

/** One of LAVA's words, exactly as LAVA spells it. */
export function readWord<T extends string>(body: Body, field: string, words: readonly T[]): T {
  const value = body[field];
  const found = words.find((word) => word === value);
  if (found === undefined) throw invalid(field, `${quoted(value)} is not a valid choice.`);
  return found;
}

export function readFlag(body: Body, field: string): boolean {
  const value = body[field];
  if (value === true || value === 'true' || value === 'True' || value === 1 || value === '1') return true;
  if (value === false || value === 'false' || value === 'False' || value === 0 || value === '0') return false;
  throw invalid(field, 'Must be a valid boolean.');
}

export function readCount(body: Body, field: string, isNullable: boolean): number | null {
  const value = body[field];
  if (value === null && isNullable) return null;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number))
    throw invalid(field, 'A valid integer is required.');
  if (number < 0) throw invalid(field, 'Ensure this value is greater than or equal to 0.');
  return number;
}

/** The key of a row of another table. */
export function readReference<T extends string | number>(
  body: Body,
  field: string,
  table: { has(key: T): boolean },
  type: 'string' | 'number',
): T | null {
  const value = body[field];
  if (value === null || value === '') return null;
  const key = (type === 'number' ? Number(value) : value) as T;
  if (typeof key !== type || !table.has(key)) {
    throw invalid(field, `Invalid pk ${quoted(value)} - object does not exist.`);
  }
  return key;
}

export function readReferences<T extends string | number>(
  body: Body,
  field: string,
  table: { has(key: T): boolean },
  type: 'string' | 'number',
): readonly T[] {
  const value = body[field];
  if (!Array.isArray(value)) throw invalid(field, 'Expected a list of items.');
  const keys = (value as readonly unknown[]).map((entry) => {
    const key = readReference({ [field]: entry }, field, table, type);
    if (key === null) throw invalid(field, 'This field may not be null.');
    return key;
  });
  return [...new Set(keys)];
}

export function required(field: string) {
  return invalid(field, 'This field is required.');
}

function quoted(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
