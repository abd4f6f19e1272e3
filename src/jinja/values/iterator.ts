import { PyObject, type Value } from './types.js';

/** A Python iterator or generator: it yields its items once. */
export class PyIterator extends PyObject {
  constructor(
    readonly typeName: string,
    private readonly items: Iterator<Value>,
  ) {
    super();
  }

  override iterate(): Iterator<Value> {
    return this.items;
  }
}

/** A generator; its body starts when the first item is requested. */
export function lazily(name: string, body: () => Generator<Value>): PyIterator {
  return new PyIterator(name, body());
}
