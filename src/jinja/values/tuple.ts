import { PyObject, type Show, type Value } from './types.js';

/** A Python tuple. */
export class PyTuple extends PyObject {
  readonly typeName: string = 'tuple';

  constructor(readonly items: readonly Value[]) {
    super();
  }

  override repr(show: Show): string {
    const [only] = this.items;
    if (this.items.length === 1 && only !== undefined) return `(${show(only)},)`;
    return `(${this.items.map(show).join(', ')})`;
  }

  override isTrue(): boolean {
    return this.items.length > 0;
  }

  override length(): number {
    return this.items.length;
  }

  override iterate(): Iterator<Value> {
    return this.items[Symbol.iterator]();
  }
}

/** An item of `groupby`: a tuple whose two items also have names. */
export class GroupTuple extends PyTuple {
  override readonly typeName = '_GroupTuple';

  override attribute(name: string): Value | undefined {
    if (name === 'grouper') return this.items[0];
    if (name === 'list') return this.items[1];
    return undefined;
  }
}
