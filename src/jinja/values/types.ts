import { typeError, unsupportedError } from '../errors.js';

/**
 * A Python value. An int is a number if it is a safe integer and a bigint otherwise; a float is a PyFloat, so
 * that 1 and 1.0 differ; a list is an array. Everything else is a PyObject.
 */
export type Value = null | boolean | number | bigint | string | Value[] | PyObject;

/** Keyword arguments, in the order they were given. */
export type Keywords = ReadonlyMap<string, Value>;

export const NO_KEYWORDS: Keywords = new Map();

/** Shows a value as Python's `repr`; passed to objects so that they can show their contents. */
export type Show = (value: Value) => string;

/**
 * Every Python object without a JavaScript counterpart. Templates can access only what these methods return: there is no
 * way from a template to a JavaScript property.
 */
export abstract class PyObject {
  /** Python's name of the type, e.g. `dict`. */
  abstract readonly typeName: string;

  /** Python's `repr`. Objects that Python shows by their memory address cannot be shown reproducibly. */
  repr(show: Show): string {
    throw unsupportedError(
      `printing a value of type ${show(this.typeName)} shows an address in memory, which differs at each rendering`,
      'Print what it holds, for instance through `|list` or by calling it.',
    );
  }

  str(show: Show): string {
    return this.repr(show);
  }

  isTrue(): boolean {
    return true;
  }

  /** The value of an attribute, or undefined when the type has none of that name. */
  attribute?(name: string): Value | undefined;

  /** Python's `len`, or undefined when the type has none. */
  length(): number | undefined {
    return undefined;
  }

  /** Python's `iter`, or undefined when the type cannot be iterated. */
  iterate(): Iterator<Value> | undefined {
    return undefined;
  }
}

/** An object that templates may call. */
export abstract class PyCallable extends PyObject {
  abstract call(args: readonly Value[], keywords: Keywords): Value;
}

/** One of our functions under its Python name. */
export class PyFunction extends PyCallable {
  readonly typeName: string = 'function';

  readonly functionName: string;
  readonly #body: (args: readonly Value[], keywords: Keywords) => Value;

  constructor(functionName: string, body: (args: readonly Value[], keywords: Keywords) => Value) {
    super();
    this.functionName = functionName;
    this.#body = body;
  }

  override call(args: readonly Value[], keywords: Keywords): Value {
    return this.#body(args, keywords);
  }
}

/** A method together with the object it was taken from. */
export class BoundMethod extends PyFunction {
  override readonly typeName = 'builtin_function_or_method';
}

/** A class that templates may call, such as `dict` or `namespace`. */
export class PyClass extends PyFunction {
  override readonly typeName = 'type';

  readonly #shownAs: string;

  constructor(shownAs: string, body: (args: readonly Value[], keywords: Keywords) => Value) {
    super(shownAs, body);
    this.#shownAs = shownAs;
  }

  override repr(): string {
    return `<class '${this.#shownAs}'>`;
  }
}

/** Python's name of a value's type. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'number':
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    default:
      if (value === null) return 'NoneType';
      return Array.isArray(value) ? 'list' : value.typeName;
  }
}

/** Objects that implement `object[name]` themselves: `self['block']`. */
export abstract class Subscriptable extends PyObject {
  abstract item(key: Value): Value | undefined;
}

export function notSubscriptable(value: Value): Error {
  return typeError(`'${typeName(value)}' object is not subscriptable`);
}
