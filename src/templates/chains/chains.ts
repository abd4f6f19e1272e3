import { componentsOf, type Graph } from './graph.js';
import type { Namespace, Template } from './template.js';

/** Paths of files. */
interface FileSet extends Iterable<string> {
  has(path: string): boolean;
}

/** All files that a template or dictionary uses. */
export interface Chain {
  /** The file itself, and all files that it extends, includes and imports. */
  readonly files: FileSet;
  /** Whether one of them is not available, so that the file cannot be rendered. */
  readonly isPartial: boolean;
  /** The same object for all files that nothing refers to and that use the same other files. */
  readonly bits: Uint32Array;
}

/** The files that a component (templates that refer to each other, or a single template) uses. */
interface Closure {
  /** Bits of the files that other files refer to. Most files of a lab are dictionaries, which nothing refers to. */
  readonly bits: Uint32Array;
  readonly isPartial: boolean;
}

/** For each template, by number, the existing templates that it refers to. */
export function graphOf(templates: readonly Template[], namespace: Namespace, withIncludes: boolean): Graph {
  const numbers = new Map(templates.map((template, number) => [template, number]));
  return templates.map(({ references }) => {
    const named = new Set<number>();
    for (const { name, kind } of references) {
      if (name === null || (kind === 'include' && !withIncludes)) continue;
      const to = namespace.get(name);
      const number = to === undefined ? undefined : numbers.get(to);
      if (number !== undefined) named.add(number);
    }
    return [...named];
  });
}

/**
 * Returns the chain of every template, by path. It visits each component once, so following a hostile lab of thousands of
 * templates that all refer to each other takes no longer than reading it.
 */
export function followChains(templates: readonly Template[], namespace: Namespace): Map<string, Chain> {
  const graph = graphOf(templates, namespace, true);
  const shared = [...new Set(graph.flat())].map((number) => templates[number]?.path ?? '');
  const bitOf = new Map(shared.map((path, bit) => [path, bit]));
  const closures = new Map<number, Closure>();
  const chains = new Map<string, Chain>();
  for (const component of componentsOf(graph)) {
    const members = component.flatMap((number) => templates[number] ?? []);
    const closure = closureOf(members, partsOf(component, graph, closures), namespace, bitOf);
    for (const number of component) closures.set(number, closure);
    for (const { path } of members) {
      chains.set(path, { ...closure, files: new SharedFiles(path, closure.bits, shared, bitOf) });
    }
  }
  return chains;
}

function partsOf(
  component: readonly number[],
  graph: Graph,
  closures: ReadonlyMap<number, Closure>,
): Closure[] {
  const parts = new Set<Closure>();
  for (const number of component) {
    for (const to of graph[number] ?? []) {
      const closure = closures.get(to);
      if (closure !== undefined) parts.add(closure);
    }
  }
  return [...parts];
}

function closureOf(
  members: readonly Template[],
  parts: readonly Closure[],
  namespace: Namespace,
  bitOf: ReadonlyMap<string, number>,
): Closure {
  const own = members.flatMap(({ path }) => bitOf.get(path) ?? []);
  const [first] = parts;
  let bits = first?.bits ?? new Uint32Array(Math.ceil(bitOf.size / 32));
  if (parts.length > 1 || own.length > 0) {
    bits = bits.slice();
    for (const part of parts) part.bits.forEach((word, index) => (bits[index] = (bits[index] ?? 0) | word));
    for (const bit of own) bits[bit >> 5] = (bits[bit >> 5] ?? 0) | (1 << (bit & 31));
  }
  return {
    bits,
    isPartial: parts.some((part) => part.isPartial) || members.some((member) => isPartial(member, namespace)),
  };
}

function isPartial({ text, references }: Template, namespace: Namespace): boolean {
  if (text === null) return true;
  return references.some(({ name, optional }) => name !== null && !optional && !namespace.has(name));
}

/** A file, and the files whose bits are set. */
class SharedFiles implements FileSet {
  constructor(
    readonly own: string,
    readonly bits: Uint32Array,
    readonly shared: readonly string[],
    readonly bitOf: ReadonlyMap<string, number>,
  ) {}

  has(path: string): boolean {
    if (path === this.own) return true;
    const bit = this.bitOf.get(path);
    return bit !== undefined && ((this.bits[bit >> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }

  *[Symbol.iterator](): Generator<string> {
    yield this.own;
    for (const [index, word] of this.bits.entries()) {
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        const path = this.shared[index * 32 + 31 - Math.clz32(rest & -rest)];
        if (path !== undefined && path !== this.own) yield path;
      }
    }
  }
}
