import { Raised, typeError } from '../errors.js';
import { equals } from '../values/compare.js';
import { iterate } from '../values/iterate.js';
import { codePointLength } from '../values/markup.js';
import { PyTuple } from '../values/tuple.js';
import { BoundMethod, PyCallable, typeName, PyObject, type Keywords, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';

/** Renders the body of a recursive loop over other items, one level deeper. */
export type Recurse = (items: Value, depth: number) => string;

/**
 * `loop`: the position of a loop. Like Jinja2, it reads one item ahead only for `last` or `nextitem`, and all items only
 * for a length that the iterable does not have.
 */
export class LoopContext extends PyCallable {
  readonly typeName = 'LoopContext';
  readonly #source: Value;
  #items: Iterator<Value>;
  #index0 = -1;
  #knownLength: number | undefined;
  #after: Value | undefined;
  #current: Value | undefined;
  #before: Value | undefined;
  #lastChanged: PyTuple | undefined;

  readonly #recurse: Recurse | null;
  readonly #depth0: number;

  constructor(source: Value, recurse: Recurse | null, depth0: number) {
    super();
    this.#recurse = recurse;
    this.#depth0 = depth0;
    this.#source = source;
    this.#items = iterate(source);
  }

  /** The next item, or undefined at the end. */
  advance(): Value | undefined {
    const item = this.#after === undefined ? this.#take() : this.#after;
    this.#after = undefined;
    if (item === undefined) return undefined;
    this.#index0++;
    this.#before = this.#current;
    this.#current = item;
    return item;
  }

  #take(): Value | undefined {
    const next = this.#items.next();
    return next.done === true ? undefined : next.value;
  }

  #peek(): Value | undefined {
    if (this.#after === undefined) this.#after = this.#take();
    return this.#after;
  }

  override length(): number {
    this.#knownLength ??= this.#sourceLength() ?? this.#countRest();
    return this.#knownLength;
  }

  #sourceLength(): number | undefined {
    if (Array.isArray(this.#source)) return this.#source.length;
    if (typeof this.#source === 'string') return codePointLength(this.#source);
    return this.#source instanceof PyObject ? this.#source.length() : undefined;
  }

  #countRest(): number {
    const rest: Value[] = [];
    for (let item = this.#take(); item !== undefined; item = this.#take()) rest.push(item);
    this.#items = rest[Symbol.iterator]();
    return rest.length + this.#index0 + 1 + (this.#after === undefined ? 0 : 1);
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'index':
        return this.#index0 + 1;
      case 'index0':
        return this.#index0;
      case 'revindex':
        return this.length() - this.#index0;
      case 'revindex0':
        return this.length() - this.#index0 - 1;
      case 'first':
        return this.#index0 === 0;
      case 'last':
        return this.#peek() === undefined;
      case 'length':
        return this.length();
      case 'depth':
        return this.#depth0 + 1;
      case 'depth0':
        return this.#depth0;
      case 'previtem':
        return orUndefined(this.#before, 'there is no previous item');
      case 'nextitem':
        return orUndefined(this.#peek(), 'there is no next item');
      case 'cycle':
        return new BoundMethod('cycle', (args) => this.#cycle(args));
      case 'changed':
        return new BoundMethod('changed', (args) => this.#changed(args));
      default:
        return undefined;
    }
  }

  #cycle(args: readonly Value[]): Value {
    const item = args[this.#index0 % args.length];
    if (item === undefined) throw typeError('no items for cycling given');
    return item;
  }

  #changed(args: readonly Value[]): boolean {
    const value = new PyTuple(args);
    if (this.#lastChanged !== undefined && equals(this.#lastChanged, value)) return false;
    this.#lastChanged = value;
    return true;
  }

  override call(args: readonly Value[], keywords: Keywords): Value {
    const [items = keywords.get('iterable')] = args;
    if (items === undefined)
      throw typeError("LoopContext.__call__() missing 1 required positional argument: 'iterable'");
    if (this.#recurse === null) {
      throw typeError("The loop must have the 'recursive' marker to be called recursively.");
    }
    return this.#recurse(items, this.#depth0 + 1);
  }

  /** Iterating over `loop` itself consumes its items, in pairs with the loop. */
  override *iterate(): Generator<Value> {
    for (let item = this.advance(); item !== undefined; item = this.advance())
      yield new PyTuple([item, this]);
  }

  override isTrue(): boolean {
    return this.length() > 0;
  }

  override repr(): string {
    return `<LoopContext ${this.#index0 + 1}/${this.length()}>`;
  }
}

function orUndefined(item: Value | undefined, message: string): Value {
  return item === undefined ? new Undefined(() => message) : item;
}

/** Spreads a value over the names of a tuple, as Python unpacks. */
export function unpack(value: Value, count: number): readonly Value[] {
  if (Array.isArray(value) && value.length === count) return value;
  if (value instanceof PyTuple && value.items.length === count) return value.items;
  const items = takeUpTo(value, count + 1);
  if (items.length < count) {
    throw new Raised('ValueError', `not enough values to unpack (expected ${count}, got ${items.length})`);
  }
  if (items.length > count) throw new Raised('ValueError', `too many values to unpack (expected ${count})`);
  return items;
}

function takeUpTo(value: Value, count: number): Value[] {
  const items = iterableOf(value);
  const taken: Value[] = [];
  while (taken.length < count) {
    const next = items.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

function iterableOf(value: Value): Iterator<Value> {
  if (typeof value === 'string' || (typeof value === 'object' && value !== null)) {
    const items =
      typeof value === 'string' || Array.isArray(value) ? value[Symbol.iterator]() : value.iterate();
    if (items !== undefined) return items;
  }
  throw typeError(`cannot unpack non-iterable ${typeName(value)} object`);
}
