import { Raised, typeError, unsupportedError } from '../errors.js';
import { bind, signature } from '../runtime/bind.js';
import { asInt } from '../values/number.js';
import { textOf } from '../values/compare.js';
import { typeName, type Keywords, type Value } from '../values/types.js';
import { weigh, weighResult } from '../values/weigh.js';

/** A built-in method: `self` is the object it is called on. */
export type Method = (self: Value, args: readonly Value[], keywords: Keywords) => Value;

/** The methods of one type by name. */
export type MethodTable = ReadonlyMap<string, Method>;

type Body<S> = (self: S, args: readonly (Value | undefined)[]) => Value;

/** Creates a table of methods; `parameters` is `old new count?` for each name, and a bar ends the named ones. */
export function table<S extends Value>(
  type: string,
  rows: Readonly<Record<string, readonly [string, Body<S>]>>,
): MethodTable {
  const methods = new Map<string, Method>();
  for (const [name, [parameters, body]] of Object.entries(rows)) {
    const isNamed = parameters.startsWith('named ');
    const of = signature(name, isNamed ? parameters.slice(6) : parameters);
    methods.set(name, (self, args, keywords) => {
      if (keywords.size > 0 && !isNamed) throw typeError(`${type}.${name}() takes no keyword arguments`);
      if (typeof self === 'string') weigh([self]);
      weigh(args);
      return weighResult(body(self as S, bind(of, args, keywords)));
    });
  }
  return methods;
}

/** Methods of Python that are left out on purpose. */
export function leftOut(type: string, names: string): [string, Method][] {
  return names.split(' ').map((name) => [
    name,
    () => {
      throw unsupportedError(`the method ${type}.${name} is not supported`);
    },
  ]);
}

/** An argument that has to be a str. */
export function needText(value: Value | undefined, what: string): string {
  const text = value === undefined ? undefined : textOf(value);
  if (text === undefined) throw typeError(`${what} must be str, not ${typeName(value ?? null)}`);
  return text;
}

/** An argument that has to be an int, as a number. */
export function needInt(value: Value | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const int = asInt(value);
  if (int === undefined) throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
  return Number(int);
}

/** A boolean argument of a C function: only an int is accepted. */
export function needFlag(value: Value | undefined): boolean {
  const int = value === undefined ? 0 : needInt(value, 0);
  if (Math.abs(int) > 2 ** 31) throw new Raised('OverflowError', 'Python int too large to convert to C int');
  return int !== 0;
}

/** An argument that has to be an int or None. */
export function needIndex(value: Value | undefined, fallback: number): number {
  return value === null ? fallback : needInt(value, fallback);
}
