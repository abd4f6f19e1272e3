import type { PyDict } from './dict.js';
import { PyObject, type Show, type Value } from './types.js';

/** Jinja2's `namespace()`: the one object whose attributes a template can set. */
export class Namespace extends PyObject {
  readonly typeName = 'Namespace';

  constructor(readonly attributes: PyDict) {
    super();
  }

  override attribute(name: string): Value | undefined {
    return this.attributes.get(name);
  }

  override repr(show: Show): string {
    return `<Namespace ${show(this.attributes)}>`;
  }
}
