import { Raised } from '../errors.js';
import { keyOf, type Key } from './key.js';
import { PyTuple } from './tuple.js';
import { PyObject, type Show, type Value } from './types.js';

/** A Python dict: keeps the insertion order and the first of equal keys. */
export class PyDict extends PyObject {
  readonly typeName = 'dict';
  readonly #values = new Map<Key, Value>();
  /** The original keys of entries whose Key differs: True, 1.0, tuples. */
  #originals: Map<Key, Value> | null = null;

  static from(entries: Iterable<readonly [Value, Value]>): PyDict {
    const dict = new PyDict();
    for (const [key, value] of entries) dict.set(key, value);
    return dict;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: Value): Value | undefined {
    return this.#values.get(keyOf(key));
  }

  /** Lookup by a str that does not start with NUL, without Python's rules. */
  getText(key: string): Value | undefined {
    return this.#values.get(key);
  }

  has(key: Value): boolean {
    return this.#values.has(keyOf(key));
  }

  set(key: Value, value: Value): void {
    const own = keyOf(key);
    if (own !== key && !this.#values.has(own)) (this.#originals ??= new Map()).set(own, key);
    this.#values.set(own, value);
  }

  delete(key: Value): void {
    const own = keyOf(key);
    this.#values.delete(own);
    this.#originals?.delete(own);
  }

  clear(): void {
    this.#values.clear();
    this.#originals = null;
  }

  copy(): PyDict {
    const dict = new PyDict();
    for (const [key, value] of this.#values) dict.#values.set(key, value);
    if (this.#originals !== null) dict.#originals = new Map(this.#originals);
    return dict;
  }

  /** The key as it was given. */
  #original(key: Key): Value {
    const original = this.#originals?.get(key);
    return original === undefined ? key : original;
  }

  /** Entries in order; raises Python's RuntimeError if the dict changes size meanwhile. */
  *entries(): Generator<readonly [Value, Value]> {
    const { size } = this.#values;
    for (const [key, value] of this.#values) {
      yield [this.#original(key), value];
      if (this.#values.size !== size) {
        throw new Raised('RuntimeError', 'dictionary changed size during iteration');
      }
    }
  }

  keys(): Value[] {
    return Array.from(this.#values.keys(), (key) => this.#original(key));
  }

  valueList(): Value[] {
    return [...this.#values.values()];
  }

  lastEntry(): readonly [Value, Value] | undefined {
    let last: readonly [Key, Value] | undefined;
    for (const entry of this.#values) last = entry;
    return last === undefined ? undefined : [this.#original(last[0]), last[1]];
  }

  override repr(show: Show): string {
    const parts: string[] = [];
    for (const [key, value] of this.entries()) parts.push(`${show(key)}: ${show(value)}`);
    return `{${parts.join(', ')}}`;
  }

  override isTrue(): boolean {
    return this.#values.size > 0;
  }

  override length(): number {
    return this.#values.size;
  }

  override *iterate(): Generator<Value> {
    for (const [key] of this.entries()) yield key;
  }
}

/** The results of `keys()`, `values()` and `items()`, which reflect later changes of the dict. */
export class DictView extends PyObject {
  readonly typeName: 'dict_keys' | 'dict_values' | 'dict_items';

  readonly dict: PyDict;
  readonly kind: 'keys' | 'values' | 'items';

  constructor(dict: PyDict, kind: 'keys' | 'values' | 'items') {
    super();
    this.dict = dict;
    this.kind = kind;
    this.typeName = `dict_${kind}`;
  }

  override repr(show: Show): string {
    const items: string[] = [];
    for (const item of this.iterate()) items.push(show(item));
    return `${this.typeName}([${items.join(', ')}])`;
  }

  override isTrue(): boolean {
    return this.dict.size > 0;
  }

  override length(): number {
    return this.dict.size;
  }

  override *iterate(): Generator<Value> {
    for (const [key, value] of this.dict.entries()) {
      if (this.kind === 'keys') yield key;
      else if (this.kind === 'values') yield value;
      else yield new PyTuple([key, value]);
    }
  }
}
