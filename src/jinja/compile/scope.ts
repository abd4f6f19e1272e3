import type { Position } from '../errors.js';
import type { Expr, Stmt } from '../parser/nodes.js';
import type { Frame } from '../runtime/context.js';
import type { Out } from '../runtime/out.js';
import type { Value } from '../values/types.js';
import { Symbols, type Load, type Ref } from './symbols.js';

/** An expression turned into a function. */
export type Eval = (frame: Frame) => Value;
/** A statement turned into a function. */
export type Run = (frame: Frame, out: Out) => void;
/** The left side of an assignment turned into a function. */
export type Store = (frame: Frame, value: Value) => void;

/** One function of the compiled template; numbers its own variables. */
class FunctionScope {
  readonly #slots = new Map<string, number>();

  readonly parent: FunctionScope | null;
  /** Variables of lower levels belong to the functions around this one. */
  readonly #baseLevel: number;

  constructor(parent: FunctionScope | null, baseLevel: number) {
    this.parent = parent;
    this.#baseLevel = baseLevel;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** How many functions further out a variable is, and its number there. */
  find(ref: Ref): { readonly hops: number; readonly index: number } {
    if (ref.level < this.#baseLevel && this.parent !== null) {
      const outer = this.parent.find(ref);
      return { hops: outer.hops + 1, index: outer.index };
    }
    const key = `${ref.level}:${ref.name}`;
    let index = this.#slots.get(key);
    if (index === undefined) {
      index = this.#slots.size;
      this.#slots.set(key, index);
    }
    return { hops: 0, index };
  }
}

/** Where in the template the compiler is; the counterpart of Jinja2's `Frame`. */
export interface Scope {
  readonly symbols: Symbols;
  readonly fn: FunctionScope;
  /** At the top of the template, where `set` exports; also inside an `if` there. */
  readonly isTop: boolean;
  /** At the top level and not in an `if`. */
  readonly isRoot: boolean;
  /** Whether output depends on whether the template extends another. */
  readonly checksOutput: boolean;
  /** In an `if`, where unknown filters and tests matter only if they are reached. */
  readonly isSoft: boolean;
  readonly isLoop: boolean;
  /** Inside a macro, a set or filter block, a call block or a recursive loop, whose text is collected first. */
  readonly isBuffered: boolean;
  readonly isBlock: boolean;
  /** Inside an expression whose constants are folded already, or where Jinja2 does not fold. */
  readonly isFolded: boolean;
  /** Inside an `autoescape` that only rendering decides, where Jinja2 does not fold. */
  readonly isVolatile: boolean;
}

export function rootScope(isBlock: boolean): Scope {
  return {
    symbols: new Symbols(null),
    fn: new FunctionScope(null, 0),
    isTop: !isBlock,
    isRoot: !isBlock,
    checksOutput: false,
    isSoft: false,
    isLoop: false,
    isBuffered: false,
    isBlock,
    isFolded: false,
    isVolatile: false,
  };
}

/** A scope inside `outer`, in the same function unless `fn` is given. */
export function innerScope(
  outer: Scope,
  changes: Partial<
    Pick<Scope, 'fn' | 'isLoop' | 'isBuffered' | 'checksOutput' | 'isFolded' | 'isVolatile'>
  > = {},
): Scope {
  return {
    symbols: new Symbols(outer.symbols),
    fn: outer.fn,
    isTop: false,
    isRoot: false,
    checksOutput: outer.checksOutput,
    isSoft: false,
    isLoop: false,
    isBuffered: outer.isBuffered,
    isBlock: false,
    isFolded: outer.isVolatile,
    isVolatile: outer.isVolatile,
    ...changes,
  };
}

/** A scope for a macro or another function inside `outer`. */
export function functionScope(
  outer: Scope,
  changes: Partial<Pick<Scope, 'isLoop' | 'isBuffered' | 'checksOutput'>> = {},
): Scope {
  return innerScope(outer, { ...changes, fn: new FunctionScope(outer.fn, outer.symbols.level + 1) });
}

export function softScope(scope: Scope): Scope {
  return { ...scope, isRoot: false, isSoft: true };
}

export function foldedScope(scope: Scope): Scope {
  return { ...scope, isFolded: true };
}

/** The frame of the function `hops` functions out. */
function frameAt(frame: Frame, hops: number): Frame {
  let found = frame;
  for (let hop = 0; hop < hops && found.parent !== null; hop++) found = found.parent;
  return found;
}

export function reader(scope: Scope, ref: Ref): (frame: Frame) => Value | undefined {
  const { hops, index } = scope.fn.find(ref);
  if (hops === 0) return (frame) => frame.slots[index];
  return (frame) => frameAt(frame, hops).slots[index];
}

export function writer(scope: Scope, ref: Ref): (frame: Frame, value: Value | undefined) => void {
  const { hops, index } = scope.fn.find(ref);
  if (hops === 0) {
    return (frame, value) => {
      frame.slots[index] = value;
    };
  }
  return (frame, value) => {
    frameAt(frame, hops).slots[index] = value;
  };
}

/** Loads what the scope reads from outside; null if it reads nothing. */
export function entry(scope: Scope): ((frame: Frame) => void) | null {
  const steps = scope.symbols.allLoads().flatMap(({ ref, load }) => {
    const step = entryStep(scope, ref, load);
    return step === null ? [] : [step];
  });
  const [first, second] = steps;
  if (first === undefined) return null;
  if (second === undefined) return first;
  return (frame) => {
    for (const step of steps) step(frame);
  };
}

function entryStep(scope: Scope, ref: Ref, load: Load): ((frame: Frame) => void) | null {
  if (load.kind === 'parameter') return null;
  const { hops, index } = scope.fn.find(ref);
  const write = writer(scope, ref);
  if (load.kind === 'missing') {
    return (frame) => {
      write(frame, undefined);
    };
  }
  if (load.kind === 'resolve') {
    const { name } = load;
    if (hops === 0) {
      return (frame) => {
        frame.slots[index] = frame.context.resolve(name);
      };
    }
    return (frame) => {
      write(frame, frame.context.resolve(name));
    };
  }
  const read = reader(scope, load.of);
  return (frame) => {
    write(frame, read(frame));
  };
}

/** Resets the scope's variables, because a macro created in it may read them again. */
export function exit(scope: Scope): ((frame: Frame) => void) | null {
  const writes = scope.symbols.allLoads().map(({ ref }) => writer(scope, ref));
  if (writes.length === 0) return null;
  return (frame) => {
    for (const write of writes) write(frame, undefined);
  };
}

/** What the compiler knows about the whole template. */
export interface Unit {
  readonly file: string;
  readonly name: string;
  /** Whether text is to be traced to its lines. */
  readonly isTracing: boolean;
  readonly expression: (node: Expr, scope: Scope) => Eval;
  readonly body: (body: readonly Stmt[], scope: Scope) => Run;
  /** LAVA's own filters outside of conditions, each with its first place. */
  readonly lavaFilters: Map<string, Position>;
  extendsSeen: number;
  /** An `extends` at the top of the template was passed: what follows it outside blocks is not output. */
  hasKnownExtends: boolean;
}

export function placeOf(unit: Unit, node: { readonly lineno: number; readonly colno: number }): Position {
  return { file: unit.file, line: node.lineno, column: node.colno };
}
