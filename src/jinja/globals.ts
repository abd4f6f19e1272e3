import { limitError, Raised, typeError, unsupportedError, valueError } from './errors.js';
import { maximumRange, reserveItems } from './limits.js';
import { fillDict } from './methods/dict.js';
import { PyDict } from './values/dict.js';
import { Namespace } from './values/namespace.js';
import { asInt } from './values/number.js';
import { PyRange } from './values/range.js';
import {
  BoundMethod,
  PyCallable,
  PyClass,
  PyFunction,
  PyObject,
  typeName,
  type Keywords,
  type Value,
} from './values/types.js';

function range(args: readonly Value[], keywords: Keywords): PyRange {
  if (keywords.size > 0) throw typeError('safe_range() got an unexpected keyword argument');
  if (args.length === 0) throw typeError('range expected at least 1 argument, got 0');
  if (args.length > 3) throw typeError(`range expected at most 3 arguments, got ${args.length}`);
  const [first = 0, second, third = 1] = args.map(needInteger);
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (third === 0) throw valueError('range() arg 3 must not be zero');
  const made = new PyRange(start, stop, third);
  const maximum = maximumRange();
  if (made.count > maximum) {
    throw limitError(
      `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${maximum}).`,
      'Loop over fewer numbers.',
      'OverflowError',
    );
  }
  return made;
}

function needInteger(value: Value): number | bigint {
  const int = asInt(value);
  if (int === undefined) throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
  return int;
}

/** `cycler(...)`: returns its values in turn. */
class Cycler extends PyObject {
  readonly typeName = 'Cycler';
  #place = 0;

  readonly #items: readonly Value[];

  constructor(items: readonly Value[]) {
    super();
    this.#items = items;
  }

  #current(): Value {
    return this.#items[this.#place] ?? null;
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'current':
        return this.#current();
      case 'next':
        return new BoundMethod('next', () => {
          const item = this.#current();
          this.#place = (this.#place + 1) % this.#items.length;
          return item;
        });
      case 'reset':
        return new BoundMethod('reset', () => {
          this.#place = 0;
          return null;
        });
      case 'items':
        reserveItems(this.#items.length);
        return [...this.#items];
      case 'pos':
        return this.#place;
      default:
        return undefined;
    }
  }
}

/** `joiner(sep)`: an empty string on the first call, then its separator. */
class Joiner extends PyCallable {
  readonly typeName = 'Joiner';
  #isUsed = false;

  readonly #separator: Value;

  constructor(separator: Value) {
    super();
    this.#separator = separator;
  }

  override call(): Value {
    if (this.#isUsed) return this.#separator;
    this.#isUsed = true;
    return '';
  }

  override attribute(name: string): Value | undefined {
    if (name === 'sep') return this.#separator;
    return name === 'used' ? this.#isUsed : undefined;
  }
}

function makeDict(args: readonly Value[], keywords: Keywords): PyDict {
  const dict = new PyDict();
  fillDict(dict, args, keywords);
  return dict;
}

function makeCycler(args: readonly Value[], keywords: Keywords): Value {
  if (keywords.size > 0) throw typeError('Cycler.__init__() got an unexpected keyword argument');
  if (args.length === 0) throw new Raised('RuntimeError', 'at least one item has to be provided');
  return new Cycler(args);
}

function makeJoiner(args: readonly Value[], keywords: Keywords): Value {
  if (args.length > 1) throw typeError('Joiner.__init__() takes from 1 to 2 positional arguments');
  const unknown = [...keywords.keys()].find((key) => key !== 'sep');
  if (unknown !== undefined)
    throw typeError(`Joiner.__init__() got an unexpected keyword argument '${unknown}'`);
  const [separator = keywords.get('sep')] = args;
  return new Joiner(separator === undefined ? ', ' : separator);
}

function lipsum(): never {
  throw unsupportedError('`lipsum` makes rendering unrepeatable', 'Write the text into the template.');
}

/** Jinja2's global functions, as its sandbox has them. */
export function makeGlobals(): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ['range', new PyFunction('safe_range', range)],
    ['dict', new PyClass('dict', makeDict)],
    ['lipsum', new PyFunction('generate_lorem_ipsum', lipsum)],
    ['cycler', new PyClass('jinja2.utils.Cycler', makeCycler)],
    ['joiner', new PyClass('jinja2.utils.Joiner', makeJoiner)],
    [
      'namespace',
      new PyClass('jinja2.utils.Namespace', (args, keywords) => new Namespace(makeDict(args, keywords))),
    ],
  ]);
}
