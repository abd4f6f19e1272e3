import { isMapping } from '../../pyyaml/index.js';
import { describeValue as describe } from '../schema/index.js';
import type { Place } from './place.js';

/** Reads a value of one type. Reports a problem and returns null if it cannot read the value. */
export type Reader<T> = (value: unknown, place: Place) => T | null;

export function text(value: unknown, place: Place): string | null {
  return typeof value === 'string' ? value : place.report(`expected a string, got ${describe(value)}`);
}

export function nonEmptyText(value: unknown, place: Place): string | null {
  const known = text(value, place);
  return known === '' ? place.report('must not be empty') : known;
}

export function matching(allowed: RegExp, what: string): Reader<string> {
  return (value, place) => {
    const known = text(value, place);
    if (known === null || allowed.test(known)) return known;
    return place.report(`${JSON.stringify(known)} is not ${what}`);
  };
}

/** The name of a script, a monitor or a definition. */
export const testName = matching(/^[-_a-zA-Z0-9.]+$/, "a name of letters, digits, '-', '_' and '.'");

export function bool(value: unknown, place: Place): boolean | null {
  return typeof value === 'boolean' ? value : place.report(`expected true or false, got ${describe(value)}`);
}

export function wholeNumber(min: number): Reader<number> {
  return (value, place) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
    return place.report(`expected a whole number of at least ${min}, got ${describe(value)}`);
  };
}

export function literal<const T extends readonly string[]>(...allowed: T): Reader<T[number]> {
  return (value, place) =>
    allowed.find((item) => item === value) ??
    place.report(`${describe(value)} is not one of ${allowed.join(', ')}`);
}

/** Accepts any value. For keys that are known but not read. */
export function anything(value: unknown): unknown {
  return value;
}

export function anyMapping(value: unknown, place: Place): Readonly<Record<string, unknown>> | null {
  return isMapping(value) ? value : place.report(`expected a mapping, got ${describe(value)}`);
}

export { describe };
