import { PyObject, type Value } from './types.js';

/** A Python iterator or generator: its items come once. */
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

/** A generator; its body runs when the first item is asked for. */
export function lazily(name: string, body: () => Generator<Value>): PyIterator {
  return new PyIterator(name, body());
}
