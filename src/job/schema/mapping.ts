import type { PythonKey } from '../../pyyaml/index.js';
import { isMapping, type PythonDict } from '../../pyyaml/index.js';
import { addTo, step, type Fault, type Schema, type Trail, type UnknownKeys } from './schema.js';
import { nearest } from '../../diagnostics/index.js';
import { missingKey } from '../wording.js';
import { describeValue, similarTo, text } from './values.js';

/** A key that must be present. */
export interface RequiredKey {
  readonly required: Schema;
  /** Instead of `required key not provided`. */
  readonly message?: string;
}

/** Keys by name. A schema alone is an optional key. */
export type Keys = Readonly<Record<string, Schema | RequiredKey>>;

export interface MappingOptions {
  /** Keys that have no name in the schema. Which of them are accepted, and with which values. */
  readonly others?: { readonly keys: Schema; readonly values: Schema; readonly isRequired?: string };
  /** Groups of keys of which at most one may be present, and the message when there are several. */
  readonly exclusive?: readonly ExclusiveKeys[];
  /** What to report for an unknown key. */
  readonly unknown?: { readonly message: string; readonly hint: string };
}

interface ExclusiveKeys {
  readonly keys: readonly string[];
  readonly message?: string;
}

export function required(schema: Schema, message?: string): RequiredKey {
  return { required: schema, ...(message === undefined ? {} : { message }) };
}

/** A mapping whose values have one schema, with any strings as keys. */
export function record(values: Schema, keys: Schema = text): Schema {
  return mapping({}, { others: { keys, values } });
}

/** A mapping with these keys. */
export function mapping(
  keys: Keys,
  { others, exclusive = [], unknown: unknownSays }: MappingOptions = {},
): Schema {
  const named = new Map(
    Object.entries(keys).map(([name, key]) => [name, 'required' in key ? key.required : key]),
  );
  const needed = Object.entries(keys).flatMap(([name, key]) =>
    'required' in key ? [{ name, message: key.message ?? missingKey }] : [],
  );
  return { expected: 'a mapping', check };

  function check(value: unknown, at: Trail | null, unknown: UnknownKeys): readonly Fault[] | null {
    const dict = dictOf(value);
    if (dict === null) {
      const hint = Array.isArray(value) ? 'Write `name: value` instead of `- value`.' : undefined;
      return [{ at, message: `expected a mapping, got ${describeValue(value)}`, hint, isType: true }];
    }
    const excluded = exclusive.flatMap((group) => excludedBy(group, dict, at));
    if (excluded.length > 0) return excluded;
    const faults: Fault[] = [];
    let hasOthers = false;
    for (const [key, part] of dict) {
      const inner = step(at, textOf(key));
      const known = typeof key === 'string' ? named.get(key) : undefined;
      const isOther = known === undefined && others?.keys.check(valueOf(key), inner, unknown) === null;
      hasOthers ||= isOther;
      const schema = known ?? (isOther ? others.values : undefined);
      if (schema !== undefined) addTo(faults, schema.check(part, inner, unknown));
      else if (unknown === 'rejected' || (unknown === 'ignored-if-named' && others !== undefined))
        faults.push(unknownKey(key, inner, dict));
    }
    for (const { name, message } of needed) {
      if (dict.has(name)) continue;
      const slip = others === undefined ? () => misspelledFor(name, dict, named) : undefined;
      faults.push({ at: step(at, name), message, slip });
    }
    if (others?.isRequired !== undefined && !hasOthers) faults.push({ at, message: others.isRequired });
    return faults.length > 0 ? faults : null;
  }

  function unknownKey(key: string | PythonKey, at: Trail, dict: PythonDict): Fault {
    const fault = describeUnknown(key, at, dict);
    return typeof key === 'string' ? { ...fault, key } : fault;
  }

  function describeUnknown(key: string | PythonKey, at: Trail, dict: PythonDict): Fault {
    if (unknownSays !== undefined) {
      const { message, hint } = unknownSays;
      return { at, message, hint: () => similarTo(key, [...named.keys()]) ?? hint };
    }
    if (typeof key !== 'string') {
      return {
        at,
        message: `unknown key: it is ${describeValue(key.value)}, not a string`,
        hint: named.has(key.text) || others?.keys === text ? 'Put the key in quotes.' : undefined,
      };
    }
    if (others !== undefined && others.keys !== text && named.size === 0) {
      return { at, message: 'unknown key', hint: others.keys.check(valueOf(key), at, 'rejected')?.[0]?.hint };
    }
    // A key that is already present cannot be what a misspelled one means.
    const free = [...named.keys()].filter((name) => !dict.has(name));
    const listed = named.size <= mostListed ? `Use one of: ${[...named.keys()].join(', ')}.` : undefined;
    return { at, message: 'unknown key', hint: () => similarTo(key, free) ?? listed };
  }
}

/** A hint lists at most so many keys. */
const mostListed = 8;

/** With more unknown keys than this, they are not spelling mistakes. */
const mostUnknown = 20;
const longestKey = 100;

/** The unknown key of a mapping that probably means this key, which is missing. */
function misspelledFor(
  name: string,
  dict: PythonDict,
  named: ReadonlyMap<string, unknown>,
): string | undefined {
  const unknown = [...dict.keys()].filter(
    (key) => typeof key === 'string' && !named.has(key) && key.length <= longestKey,
  );
  const free = [...new Set([name, ...named.keys()])].filter((one) => !dict.has(one));
  return (unknown as string[]).slice(0, mostUnknown).find((key) => nearest(key, free) === name);
}

/** The fault of a mapping without a required key. */
export function missingKeyOf(value: unknown, name: string, at: Trail | null): Fault {
  const slip = () => misspelledFor(name, dictOf(value) ?? new Map(), new Map());
  return { at: step(at, name), message: missingKey, slip };
}

function excludedBy({ keys, message }: ExclusiveKeys, dict: PythonDict, at: Trail | null): Fault[] {
  const present = keys.filter((key) => dict.has(key));
  if (present.length < 2) return [];
  return [{ at, message: message ?? `has both ${present.join(' and ')}`, hint: 'Keep one of them.' }];
}

function valueOf(key: string | PythonKey): unknown {
  return typeof key === 'string' ? key : key.value;
}

function textOf(key: string | PythonKey): string {
  return typeof key === 'string' ? key : key.text;
}

/** A mapping of `parsePython` or of `parseYaml`; null for anything else. */
export function dictOf(value: unknown): PythonDict | null {
  if (value instanceof Map) return value as PythonDict;
  return isMapping(value) ? new Map(Object.entries(value)) : null;
}

/** The value of a key; undefined if the value is not a mapping or does not have the key. */
export function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((part, key) => dictOf(part)?.get(key), value);
}
