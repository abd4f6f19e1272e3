import { missingKey } from '../wording.js';
import type { Place } from './place.js';
import { anyMapping, describe, type Reader } from './values.js';

/** One key of a mapping. */
export interface Field<T, R extends boolean = boolean> {
  readonly read: Reader<T>;
  readonly isRequired: R;
}

type Shape = Readonly<Record<string, Field<unknown>>>;
type FieldValue<F> = F extends Field<infer T, true> ? T : F extends Field<infer T> ? T | undefined : never;
type Read<S extends Shape> = { readonly [K in keyof S]: FieldValue<S[K]> };

export function required<T>(read: Reader<T>): Field<T, true> {
  return { read, isRequired: true };
}

export function optional<T>(read: Reader<T>): Field<T, false> {
  return { read, isRequired: false };
}

/** Reads a mapping with known keys. Other keys are problems for a strict reader; other readers ignore them. */
export function mapping<S extends Shape>(shape: S): Reader<Read<S>> {
  return (value, place) => {
    const source = anyMapping(value, place);
    if (source === null) return null;
    const before = place.problemCount;
    const given = Object.entries(shape).filter(([key]) => Object.hasOwn(source, key));
    for (const [key, { isRequired }] of Object.entries(shape)) {
      if (isRequired && !Object.hasOwn(source, key)) reportMissing(place, key);
    }
    const result = Object.fromEntries(
      given.map(([key, { read }]) => [key, read(source[key], place.in(key))]),
    );
    if (place.isStrict) reportUnknown(source, shape, place);
    return place.problemCount > before ? null : (result as Read<S>);
  };
}

export function reportMissing(place: Place, key: string): null {
  return place.in(key).report(missingKey);
}

function reportUnknown(source: Readonly<Record<string, unknown>>, shape: Shape, place: Place): void {
  for (const key of Object.keys(source)) {
    if (!Object.hasOwn(shape, key)) place.in(key).report('unknown key');
  }
}

/** Reads a mapping with arbitrary keys. Omits the values that could not be read. */
export function record<T>(read: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (value, place) => {
    const source = anyMapping(value, place);
    if (source === null) return null;
    const result = new Map<string, T>();
    for (const [key, item] of Object.entries(source)) {
      const known = read(item, place.in(key));
      if (known !== null) result.set(key, known);
    }
    return result;
  };
}

/** Reads a list. Omits the items that could not be read. */
export function list<T>(read: Reader<T>, minItems = 0): Reader<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) return place.report(`expected a list, got ${describe(value)}`);
    if (value.length < minItems) place.report('must not be empty');
    return value.map((item, index) => read(item, place.in(index))).filter((item) => item !== null);
  };
}

/** Reads one item, or a list of at least one. */
export function oneOrMore<T>(read: Reader<T>): Reader<readonly T[]> {
  const many = list(read, 1);
  return (value, place) => {
    if (Array.isArray(value)) return many(value, place);
    const item = read(value, place);
    return item === null ? null : [item];
  };
}
