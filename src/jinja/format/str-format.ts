import { Raised, valueError } from '../errors.js';
import { reserveText, spend } from '../limits.js';
import { getAttribute, getItem } from '../values/members.js';
import { ascii, repr, str } from '../values/show.js';
import type { Value } from '../values/types.js';
import { formatValue } from './spec.js';

/** A replacement field of a format string. */
interface Field {
  readonly name: string;
  readonly conversion: string | null;
  readonly spec: string;
}

type Part = string | Field;

/** Splits a format string as CPython's `_string.formatter_parser` does: later errors are not detected yet. */
function* parse(format: string): Generator<Part> {
  let index = 0;
  let literal = '';
  while (index < format.length) {
    const character = format.charAt(index++);
    if (character !== '{' && character !== '}') {
      literal += character;
      continue;
    }
    if (format.charAt(index) === character) {
      literal += character;
      index++;
      continue;
    }
    if (character === '}') throw valueError("Single '}' encountered in format string");
    if (index >= format.length) throw valueError("Single '{' encountered in format string");
    if (literal !== '') yield literal;
    literal = '';
    const { field, end } = parseField(format, index);
    yield field;
    index = end;
  }
  if (literal !== '') yield literal;
}

function parseField(format: string, start: number): { field: Field; end: number } {
  let index = start;
  while (index < format.length && !'}:!'.includes(format.charAt(index))) {
    if (format.charAt(index) === '{') throw valueError("unexpected '{' in field name");
    if (format.charAt(index) === '[') {
      const close = format.indexOf(']', index);
      index = close === -1 ? format.length : close;
    } else {
      index++;
    }
  }
  const name = format.slice(start, index);
  const ending = format.charAt(index++);
  if (ending === '') throw valueError("expected '}' before end of string");
  if (ending === '}') return { field: { name, conversion: null, spec: '' }, end: index };
  if (ending === ':') return parseSpec(format, index, name, null);
  const conversion = format.charAt(index++);
  if (conversion === '') throw valueError('end of string while looking for conversion specifier');
  const after = format.charAt(index++);
  if (after === '}') return { field: { name, conversion, spec: '' }, end: index };
  if (after === '') throw valueError("unmatched '{' in format spec");
  if (after !== ':') throw valueError("expected ':' after conversion specifier");
  return parseSpec(format, index, name, conversion);
}

function parseSpec(
  format: string,
  start: number,
  name: string,
  conversion: string | null,
): { field: Field; end: number } {
  let depth = 1;
  for (let index = start; index < format.length; index++) {
    if (format.charAt(index) === '{') depth++;
    if (format.charAt(index) !== '}') continue;
    if (--depth === 0)
      return { field: { name, conversion, spec: format.slice(start, index) }, end: index + 1 };
  }
  throw valueError("unmatched '{' in format spec");
}

/** Fills in one format string: what the fields refer to, and which numbering they use. */
class Formatter {
  #automatic: number | null = 0;

  readonly #args: readonly Value[];
  readonly #named: (name: string) => Value | undefined;
  readonly #escape: ((text: string) => string) | null;

  constructor(
    args: readonly Value[],
    named: (name: string) => Value | undefined,
    escape: ((text: string) => string) | null,
  ) {
    this.#args = args;
    this.#named = named;
    this.#escape = escape;
  }

  format(format: string, depth: number): string {
    if (depth < 0) throw valueError('Max string recursion exceeded');
    let text = '';
    for (const part of parse(format)) {
      spend();
      const shown = typeof part === 'string' ? part : this.#field(part, depth);
      reserveText(shown.length);
      text += shown;
    }
    return text;
  }

  #field(field: Field, depth: number): string {
    const value = convert(this.#resolve(this.#number(field.name)), field.conversion);
    const spec = this.format(field.spec, depth - 1);
    const text = formatValue(value, spec);
    if (this.#escape === null || isMarkup(value)) return text;
    return this.#escape(text);
  }

  /** The name with a number when it has none. */
  #number(name: string): string {
    if (name === '') {
      if (this.#automatic === null)
        throw numberingError('manual field specification', 'automatic field numbering');
      return String(this.#automatic++);
    }
    if (/^\d+$/.test(name)) {
      if (this.#automatic !== null && this.#automatic > 0) {
        throw numberingError('automatic field numbering', 'manual field specification');
      }
      this.#automatic = null;
    }
    return name;
  }

  #resolve(name: string): Value {
    const first = /^[^.[]*/.exec(name)?.[0] ?? '';
    let value = /^\d+$/.test(first) ? this.#byPlace(Number(first)) : this.#byName(first);
    let rest = name.slice(first.length);
    while (rest !== '') {
      const step = nextStep(rest);
      value = step.isAttribute
        ? getAttribute(value, step.key)
        : getItem(value, /^\d+$/.test(step.key) ? Number(step.key) : step.key);
      rest = step.rest;
    }
    return value;
  }

  #byPlace(index: number): Value {
    const value = this.#args[index];
    if (value === undefined) throw new Raised('IndexError', 'tuple index out of range');
    return value;
  }

  #byName(name: string): Value {
    const value = this.#named(name);
    if (value === undefined) throw new Raised('KeyError', repr(name));
    return value;
  }
}

function numberingError(from: string, to: string): Raised {
  return valueError(`cannot switch from ${from} to ${to}`);
}

function isMarkup(value: Value): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.typeName === 'Markup';
}

function nextStep(rest: string): { isAttribute: boolean; key: string; rest: string } {
  if (rest.startsWith('.')) {
    const key = /^[^.[]*/.exec(rest.slice(1))?.[0] ?? '';
    if (key === '') throw valueError('Empty attribute in format string');
    return { isAttribute: true, key, rest: rest.slice(1 + key.length) };
  }
  if (!rest.startsWith('[')) throw valueError("Only '.' or '[' may follow ']' in format field specifier");
  const close = rest.indexOf(']');
  if (close === -1) throw valueError("Missing ']' in format string");
  const key = rest.slice(1, close);
  if (key === '') throw valueError('Empty attribute in format string');
  return { isAttribute: false, key, rest: rest.slice(close + 1) };
}

function convert(value: Value, conversion: string | null): Value {
  switch (conversion) {
    case null:
      return value;
    case 's':
      return str(value);
    case 'r':
      return repr(value);
    case 'a':
      return ascii(value);
    default:
      throw valueError(`Unknown conversion specifier ${conversion}`);
  }
}

/** `str.format` under the sandbox: attributes and items are accessed as by a template. */
export function formatText(
  format: string,
  args: readonly Value[],
  named: (name: string) => Value | undefined,
  escape: ((text: string) => string) | null = null,
): string {
  return new Formatter(args, named, escape).format(format, 2);
}
