import { explainPattern } from '../regex/regex.js';

/** What is wrong with a job, each with its place: `actions[0].deploy.images.kernel.url: ...`. All are collected. */
export type Problems = string[];

/** Reads a value of one shape; undefined after it told what is wrong. */
export type Reader<T> = (value: unknown, path: string, problems: Problems) => T | undefined;

/** One key of a mapping. */
export interface Field<T, R extends boolean = boolean> {
  readonly read: Reader<T>;
  readonly isRequired: R;
}

type FieldValue<F> = F extends Field<infer T, true> ? T : F extends Field<infer T> ? T | undefined : never;
type Read<S extends Readonly<Record<string, Field<unknown>>>> = { readonly [K in keyof S]: FieldValue<S[K]> };

export function required<T>(read: Reader<T>): Field<T, true> {
  return { read, isRequired: true };
}

export function optional<T>(read: Reader<T>): Field<T, false> {
  return { read, isRequired: false };
}

/** A key of LAVA's format that is not run here: refused, and never ignored. */
export function refused(why: string): Field<never, false> {
  return {
    isRequired: false,
    read: (_value, path, problems) => {
      problems.push(`${path}: ${why}`);
      return undefined;
    },
  };
}

/** A mapping with known keys. Keys that are not known are problems. */
export function mapping<S extends Readonly<Record<string, Field<unknown>>>>(shape: S): Reader<Read<S>> {
  return (value, path, problems) => {
    const source = asMapping(value);
    if (source === undefined) {
      problems.push(`${path}: expected a mapping, got ${describe(value)}`);
      return undefined;
    }
    const result: Record<string, unknown> = {};
    const before = problems.length;
    for (const [key, field] of Object.entries(shape)) {
      const item = Object.hasOwn(source, key) ? source[key] : undefined;
      if (item === undefined) {
        if (field.isRequired) problems.push(`${join(path, key)}: is missing`);
      } else {
        result[key] = field.read(item, join(path, key), problems);
      }
    }
    for (const key of Object.keys(source)) {
      if (!Object.hasOwn(shape, key)) problems.push(`${join(path, key)}: unknown key`);
    }
    return problems.length > before ? undefined : (result as Read<S>);
  };
}

/** A mapping with free keys. */
export function record<T>(read: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (value, path, problems) => {
    const source = asMapping(value);
    if (source === undefined) {
      problems.push(`${path}: expected a mapping, got ${describe(value)}`);
      return undefined;
    }
    const result = new Map<string, T>();
    for (const [key, item] of Object.entries(source)) {
      const known = read(item, join(path, key), problems);
      if (known !== undefined) result.set(key, known);
    }
    return result;
  };
}

export function list<T>(read: Reader<T>, minItems = 0): Reader<readonly T[]> {
  return (value, path, problems) => {
    if (!Array.isArray(value)) {
      problems.push(`${path}: expected a list, got ${describe(value)}`);
      return undefined;
    }
    if (value.length < minItems) problems.push(`${path}: must not be empty`);
    const items = value.map((item, index) => read(item, `${path}[${index}]`, problems));
    return items.filter((item) => item !== undefined);
  };
}

/** One item or a list of them. */
export function oneOrMore<T>(read: Reader<T>): Reader<readonly T[]> {
  const many = list(read, 1);
  return (value, path, problems) => {
    if (Array.isArray(value)) return many(value, path, problems);
    const item = read(value, path, problems);
    return item === undefined ? undefined : [item];
  };
}

export function text(value: unknown, path: string, problems: Problems): string | undefined {
  if (typeof value === 'string') return value;
  problems.push(`${path}: expected text, got ${describe(value)}`);
  return undefined;
}

export function nonEmptyText(value: unknown, path: string, problems: Problems): string | undefined {
  const known = text(value, path, problems);
  if (known === '') problems.push(`${path}: must not be empty`);
  return known === '' ? undefined : known;
}

/** A pattern in Python's syntax, as prompts are. */
export function pattern(value: unknown, path: string, problems: Problems): string | undefined {
  const known = nonEmptyText(value, path, problems);
  const why = known === undefined ? undefined : explainPattern(known);
  if (why !== undefined) problems.push(`${path}: not a usable regular expression: ${why}`);
  return known;
}

export function matching(allowed: RegExp, what: string): Reader<string> {
  return (value, path, problems) => {
    const known = text(value, path, problems);
    if (known === undefined || allowed.test(known)) return known;
    problems.push(`${path}: ${JSON.stringify(known)} is not ${what}`);
    return undefined;
  };
}

export function bool(value: unknown, path: string, problems: Problems): boolean | undefined {
  if (typeof value === 'boolean') return value;
  problems.push(`${path}: expected true or false, got ${describe(value)}`);
  return undefined;
}

export function wholeNumber(min: number): Reader<number> {
  return (value, path, problems) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
    problems.push(`${path}: expected a whole number of at least ${min}, got ${describe(value)}`);
    return undefined;
  };
}

export function literal<const T extends readonly string[]>(...allowed: T): Reader<T[number]> {
  return (value, path, problems) => {
    const known = allowed.find((item) => item === value);
    if (known === undefined) problems.push(`${path}: ${describe(value)} is not one of ${allowed.join(', ')}`);
    return known;
  };
}

/** Anything: a part of the job that others read. */
export function anything(value: unknown): unknown {
  return value;
}

export function asMapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'object') return 'a mapping';
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 60) : value);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
