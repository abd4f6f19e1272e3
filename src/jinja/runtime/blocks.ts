import { Raised } from '../errors.js';
import { deeper } from '../limits.js';
import { PyCallable, Subscriptable, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';
import { newBuffer, takeBuffer } from './buffer.js';
import type { Body, Context } from './context.js';

/** A block that a template can call: `self.name()`, `super()`. */
class BlockReference extends PyCallable {
  readonly typeName = 'BlockReference';

  readonly #name: string;
  readonly #context: Context;
  readonly #stack: readonly Body[];
  readonly #depth: number;

  constructor(name: string, context: Context, stack: readonly Body[], depth: number) {
    super();
    this.#name = name;
    this.#context = context;
    this.#stack = stack;
    this.#depth = depth;
  }

  override call(): Value {
    return deeper(() => {
      const { run } = this.#context;
      const out = newBuffer(run);
      this.#stack[this.#depth]?.(this.#context, out);
      return takeBuffer(run, out);
    });
  }

  override attribute(name: string): Value | undefined {
    if (name === 'name') return this.#name;
    if (name !== 'super') return undefined;
    if (this.#depth + 1 >= this.#stack.length) return noParentBlock(this.#name);
    return new BlockReference(this.#name, this.#context, this.#stack, this.#depth + 1);
  }
}

function noParentBlock(name: string): Undefined {
  return new Undefined(() => `there is no parent block called '${name}'.`);
}

/** `self`: the blocks of the template by name. */
export class TemplateReference extends Subscriptable {
  readonly typeName = 'TemplateReference';

  readonly #context: Context;

  constructor(context: Context) {
    super();
    this.#context = context;
  }

  override item(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined;
    const stack = this.#context.blocks.get(key);
    return stack === undefined ? undefined : new BlockReference(key, this.#context, stack, 0);
  }

  /** Python treats any object with items as a sequence, and requests item 0. */
  override *iterate(): Generator<Value> {
    yield* [];
    throw new Raised('KeyError', '0');
  }

  override repr(): string {
    return `<TemplateReference '${this.#context.name}'>`;
  }
}

/** `super`: the block that `current` overrides. */
export function superOf(context: Context, name: string, current: Body): Value {
  const stack = context.blocks.get(name) ?? [];
  const index = stack.indexOf(current) + 1;
  if (index === 0 || index >= stack.length) return noParentBlock(name);
  return new BlockReference(name, context, stack, index);
}
