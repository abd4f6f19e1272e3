import { typeError } from '../errors.js';
import { deeper } from '../limits.js';
import { PyDict } from '../values/dict.js';
import { repr } from '../values/show.js';
import { PyTuple } from '../values/tuple.js';
import { PyCallable, type Keywords, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';

/** The signature of a macro or a call block. */
export interface MacroShape {
  /** Null for the `caller` of a call block. */
  readonly name: string | null;
  readonly args: readonly string[];
  readonly takesCaller: boolean;
  readonly takesKeywords: boolean;
  readonly takesRest: boolean;
}

/** A macro of a template. */
export class Macro extends PyCallable {
  readonly typeName = 'Macro';

  readonly #shape: MacroShape;
  readonly #body: (args: readonly (Value | undefined)[]) => string;

  /** `body` receives the arguments in order, then caller, keywords and rest if the signature has them. */
  constructor(shape: MacroShape, body: (args: readonly (Value | undefined)[]) => string) {
    super();
    this.#shape = shape;
    this.#body = body;
  }

  override call(args: readonly Value[], keywords: Keywords): Value {
    const bound = this.#bind(args, keywords);
    return deeper(() => this.#body(bound));
  }

  #bind(args: readonly Value[], keywords: Keywords): (Value | undefined)[] {
    const shape = this.#shape;
    const bound: (Value | undefined)[] = args.slice(0, shape.args.length);
    if (keywords.size === 0 && !shape.takesCaller && !shape.takesKeywords && !shape.takesRest) {
      if (args.length > shape.args.length) this.#failTooMany();
      while (bound.length < shape.args.length) bound.push(undefined);
      return bound;
    }
    const left = new Map(keywords);
    let foundCaller = shape.args.includes('caller') && bound.length === shape.args.length;
    for (const name of shape.args.slice(bound.length)) {
      bound.push(left.get(name));
      left.delete(name);
      if (name === 'caller') foundCaller = true;
    }
    if (shape.takesCaller && !foundCaller) {
      // None means no caller.
      bound.push(left.get('caller') ?? new Undefined(() => 'No caller defined'));
      left.delete('caller');
    }
    if (shape.takesKeywords) bound.push(PyDict.from(left));
    else if (left.size > 0) this.#failKeyword(left);
    if (shape.takesRest) bound.push(new PyTuple(args.slice(shape.args.length)));
    else if (args.length > shape.args.length) this.#failTooMany();
    return bound;
  }

  #failTooMany(): never {
    throw typeError(`macro ${this.#shown()} takes not more than ${this.#shape.args.length} argument(s)`);
  }

  #failKeyword(left: Keywords): never {
    if (left.has('caller')) {
      throw typeError(
        `macro ${this.#shown()} was invoked with two values for the special caller argument. This is most likely a bug.`,
      );
    }
    const [name = ''] = left.keys();
    throw typeError(`macro ${this.#shown()} takes no keyword argument ${repr(name)}`);
  }

  #shown(): string {
    return repr(this.#shape.name);
  }

  override attribute(name: string): Value | undefined {
    const shape = this.#shape;
    switch (name) {
      case 'name':
        return shape.name;
      case 'arguments':
        return new PyTuple(shape.args);
      case 'caller':
        return shape.takesCaller;
      case 'catch_kwargs':
        return shape.takesKeywords;
      case 'catch_varargs':
        return shape.takesRest;
      case 'explicit_caller':
        return shape.args.includes('caller');
      default:
        return undefined;
    }
  }

  override repr(): string {
    return `<Macro ${this.#shape.name === null ? 'anonymous' : this.#shown()}>`;
  }
}
