import type { Position } from '../errors.js';
import { spend } from '../limits.js';
import type { Undefined } from '../values/undefined.js';
import type { Value } from '../values/types.js';
import type { Out } from './out.js';
import type { Trace } from './tracing-out.js';

/** The code of a block, or of a template outside its blocks. */
export type Body = (context: Context, out: Out) => void;

/** A compiled template; it does not belong to an environment. */
export interface CompiledTemplate {
  readonly name: string;
  readonly file: string;
  /** LAVA's own filters that it cannot do without, each with its first place. */
  readonly lavaFilters: ReadonlyMap<string, Position>;
  readonly root: Body;
  readonly blocks: ReadonlyMap<string, Body>;
}

/** What templates can access outside themselves during one rendering. */
export interface Run {
  readonly globals: ReadonlyMap<string, Value>;
  /** The template of this name; raises TemplateNotFound. */
  template(name: Value): CompiledTemplate;
  /** The first of these names that exists; raises TemplatesNotFound. */
  select(names: Value): CompiledTemplate;
  /** The result of an import without context, computed once per rendering. */
  readonly modules: Map<CompiledTemplate, Value>;
  /** A number from 0 up to 1, or undefined if rendering must be reproducible. */
  readonly random: (() => number) | undefined;
  /** LAVA's own filters that the environment lacks, each with a hint. */
  readonly missingFilters: ReadonlyMap<string, string>;
  /** Where buffered texts come from, if traced. */
  readonly trace: Trace | null;
  /** Called for every undefined value that is printed; may reject it. */
  printsUndefined(value: Undefined, place: Position): void;
}

/** The variables of one template while it renders, and the blocks of it and the templates it extends. */
export class Context {
  readonly vars = new Map<string, Value>();
  readonly exported = new Set<string>();
  readonly blocks: Map<string, Body[]>;

  readonly run: Run;
  readonly #parent: ReadonlyMap<string, Value>;
  readonly name: string;

  constructor(
    run: Run,
    parent: ReadonlyMap<string, Value>,
    name: string,
    blocks: Iterable<readonly [string, Body[]]>,
  ) {
    this.run = run;
    this.#parent = parent;
    this.name = name;
    this.blocks = new Map(blocks);
  }

  /** A context for a template with its own variables. */
  static forTemplate(run: Run, template: CompiledTemplate, parent: ReadonlyMap<string, Value>): Context {
    const context = new Context(run, parent, template.name, []);
    spend(template.blocks.size >> 3);
    for (const [name, body] of template.blocks) context.blocks.set(name, [body]);
    return context;
  }

  resolve(name: string): Value | undefined {
    const own = this.vars.get(name);
    return own === undefined ? this.#parent.get(name) : own;
  }

  all(): ReadonlyMap<string, Value> {
    return this.vars.size === 0 ? this.#parent : this.allWith([]);
  }

  /** All variables, and over them the local ones that are set. */
  allWith(locals: readonly (readonly [string, Value | undefined])[]): ReadonlyMap<string, Value> {
    spend((this.#parent.size + this.vars.size) >> 3);
    const all = new Map([...this.#parent, ...this.vars]);
    for (const [name, value] of locals) if (value !== undefined) all.set(name, value);
    return all;
  }

  /** The same template's blocks over other variables, for a scoped block. */
  derived(variables: ReadonlyMap<string, Value>): Context {
    spend(this.blocks.size >> 3);
    const blocks = Array.from(this.blocks, ([name, stack]): [string, Body[]] => [name, [...stack]]);
    return new Context(this.run, variables, this.name, blocks);
  }
}

/** The variables of one function of a template: its root, a block, a macro, a recursive loop. */
export class Frame {
  readonly slots: (Value | undefined)[];
  /** What this template extends, once its `extends` ran. */
  extended: CompiledTemplate | null = null;
  extendedAt: Position | null = null;

  readonly context: Context;
  readonly parent: Frame | null;

  constructor(context: Context, size: number, parent: Frame | null) {
    this.context = context;
    this.parent = parent;
    this.slots = new Array<Value | undefined>(size).fill(undefined);
  }
}
