/**
 * Which variable a name means, as Jinja2 decides it (its `idtracking`): every scope numbers its variables by its
 * level, loads what it reads from the outer scope or the context when it is entered, and what a branch of an
 * `if` stores may afterwards be either that or what it was before.
 */

/** A variable: the level of its scope and its name. */
export interface Ref {
  readonly level: number;
  readonly name: string;
}

/** How a variable gets its value when its scope is entered. */
export type Load =
  | { readonly kind: 'parameter' }
  | { readonly kind: 'resolve'; readonly name: string }
  | { readonly kind: 'alias'; readonly of: Ref }
  | { readonly kind: 'missing' };

interface Loaded {
  readonly ref: Ref;
  readonly load: Load;
}

export class Symbols {
  #refs = new Map<string, Ref>();
  #loads = new Map<string, Loaded>();
  #stores = new Set<string>();

  readonly parent: Symbols | null;
  readonly level: number;

  constructor(parent: Symbols | null, level: number = parent === null ? 0 : parent.level + 1) {
    this.parent = parent;
    this.level = level;
  }

  /** The actions when the scope is entered. */
  allLoads(): Loaded[] {
    return [...this.#loads.values()];
  }

  find(name: string): Ref | undefined {
    return this.#refs.get(name) ?? this.parent?.find(name);
  }

  copy(): Symbols {
    const copy = new Symbols(this.parent, this.level);
    copy.#refs = new Map(this.#refs);
    copy.#loads = new Map(this.#loads);
    copy.#stores = new Set(this.#stores);
    return copy;
  }

  #define(name: string, load: Load): Ref {
    const ref = { level: this.level, name };
    this.#refs.set(name, ref);
    this.#loads.set(name, { ref, load });
    return ref;
  }

  parameter(name: string): Ref {
    this.#stores.add(name);
    return this.#define(name, { kind: 'parameter' });
  }

  store(name: string): void {
    this.#stores.add(name);
    if (this.#refs.has(name)) return;
    const outer = this.parent?.find(name);
    this.#define(name, outer === undefined ? { kind: 'missing' } : { kind: 'alias', of: outer });
  }

  load(name: string): void {
    if (this.find(name) === undefined) this.#define(name, { kind: 'resolve', name });
  }

  /** Merges the results of the branches of an `if`; a name that only some of them store may keep its old value. */
  mergeBranches(branches: readonly Symbols[]): void {
    const storedIn = new Map<string, number>();
    for (const branch of branches) {
      for (const name of branch.#stores) {
        if (!this.#stores.has(name)) storedIn.set(name, (storedIn.get(name) ?? 0) + 1);
      }
    }
    for (const branch of branches) {
      for (const [name, ref] of branch.#refs) this.#refs.set(name, ref);
      for (const [name, load] of branch.#loads) this.#loads.set(name, load);
      for (const name of branch.#stores) this.#stores.add(name);
    }
    for (const [name, count] of storedIn) {
      if (count === branches.length) continue;
      const ref = this.find(name);
      if (ref === undefined) continue;
      const outer = this.parent?.find(name);
      this.#loads.set(name, {
        ref,
        load: outer === undefined ? { kind: 'resolve', name } : { kind: 'alias', of: outer },
      });
    }
  }

  #collectStores(names: Set<string>): void {
    for (const name of [...this.#stores].sort()) names.add(name);
    if (this.parent !== null) this.parent.#collectStores(names);
  }

  /** All variables that are stored in this scope or around it, for an include or a scoped block. */
  visibleStores(): { readonly name: string; readonly ref: Ref }[] {
    const names = new Set<string>();
    this.#collectStores(names);
    return [...names].flatMap((name) => {
      const ref = this.find(name);
      return ref === undefined ? [] : [{ name, ref }];
    });
  }
}
