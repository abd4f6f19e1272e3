import { Raised } from '../errors.js';
import { PyObject, typeName, type Value } from './types.js';

/**
 * Jinja2's `Undefined`: prints as an empty string, is false and empty, and equals itself; every other use raises. The
 * message is created only then, because most undefined values are printed, tested or replaced by a default.
 */
export class Undefined extends PyObject {
  readonly typeName = 'Undefined';

  readonly #message: () => string;
  readonly #pythonClass: string;
  readonly #hint: string | undefined;
  /** The name, if it is an unset variable. */
  readonly variable: string | undefined;

  constructor(message: () => string, pythonClass = 'UndefinedError', hint?: string, variable?: string) {
    super();
    this.#message = message;
    this.#pythonClass = pythonClass;
    this.#hint = hint;
    this.variable = variable;
  }

  /** The error of every use that an undefined value does not allow. */
  failure(): Raised {
    return new Raised(this.#pythonClass, this.#message(), undefined, this.#hint);
  }

  override repr(): string {
    return 'Undefined';
  }

  override str(): string {
    return '';
  }

  override isTrue(): boolean {
    return false;
  }

  override attribute(): Value | undefined {
    throw this.failure();
  }

  override length(): number {
    return 0;
  }

  override iterate(): Iterator<Value> {
    return [][Symbol.iterator]();
  }
}

/** The kinds other than variables. */
const HINTS: Readonly<Record<string, string>> = {
  super: 'Use super() only in a block; it is the content of that block in the extended template.',
  loop: 'Use loop only inside a for.',
  caller: 'caller() is there in a macro only, and is what a call block holds.',
  null: 'Use none.',
};

/** A variable that is not set. */
export function undefinedName(name: string): Undefined {
  return new Undefined(
    () => `'${name}' is undefined`,
    'UndefinedError',
    Object.hasOwn(HINTS, name) ? HINTS[name] : `Set it, or give a default: {{ ${name} | default('...') }}.`,
    name,
  );
}

/** An attribute or item that a value does not have. */
export function undefinedMember(target: Value, member: Value, show: (value: Value) => string): Undefined {
  return new Undefined(() => {
    const owner = target === null ? 'None' : `${qualifiedTypeName(target)} object`;
    return typeof member === 'string'
      ? `'${owner}' has no attribute '${member}'`
      : `${owner} has no element ${show(member)}`;
  });
}

/** An attribute that the sandbox withholds. */
export function unsafeAttribute(target: Value, name: string): Undefined {
  return new Undefined(
    () => `access to attribute '${name}' of '${typeName(target)}' object is unsafe.`,
    'SecurityError',
  );
}

const MODULES: Readonly<Record<string, string>> = {
  Macro: 'jinja2.runtime',
  LoopContext: 'jinja2.runtime',
  TemplateReference: 'jinja2.runtime',
  BlockReference: 'jinja2.runtime',
  Namespace: 'jinja2.utils',
  Cycler: 'jinja2.utils',
  Joiner: 'jinja2.utils',
  TemplateModule: 'jinja2.environment',
  Markup: 'markupsafe',
};

function qualifiedTypeName(value: Value): string {
  const name = typeName(value);
  const module = MODULES[name];
  return module === undefined ? name : `${module}.${name}`;
}
