import { PyObject, type Value } from './types.js';

/** A Python iterator or generator: it yields its items once. */
export class PyIterator extends PyObject {
  readonly typeName: string;
  readonly #items: Iterator<Value>;

  constructor(typeName: string, items: Iterator<Value>) {
    super();
    this.typeName = typeName;
    this.#items = items;
  }

  override iterate(): Iterator<Value> {
    return this.#items;
  }
}

/** A generator; its body starts when the first item is requested. */
export function lazily(name: string, body: () => Generator<Value>): PyIterator {
  return new PyIterator(name, body());
}
