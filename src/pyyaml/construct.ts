import { YamlFailure } from './failure.js';
import { corePrefix, type YamlMapping, type YamlNode, type YamlPair, type YamlScalar } from './nodes.js';
import { PythonDictBuilder, PythonFloat, PythonTuple, type PythonDict } from './python-values.js';
import { toBytes, toFloat, toInteger, toTime, toTruth } from './scalars.js';

/** PyYAML shares the targets of aliases, but readers of a value do not, so parts are counted each time they occur. */
const mostParts = 250_000;

/** The value of a node, as PyYAML's SafeLoader constructs it. Throws YamlFailure. */
export function construct(node: YamlNode): unknown {
  return new Constructor((constructor, scalar) => make(constructor, scalar)).construct(node);
}

/** As {@link construct}, with each scalar as the text that is written. Throws YamlFailure. */
export function constructTexts(node: YamlNode): unknown {
  return new Constructor((_, scalar) => scalar.text).construct(node);
}

/** As {@link construct}, without loss: see `python-values.ts`. Throws YamlFailure. */
export function constructPython(node: YamlNode): unknown {
  return new Constructor((constructor, scalar) => make(constructor, scalar), pythonMakers).construct(node);
}

/** Core tags are written without their prefix here. */
type Make = (constructor: Constructor, node: YamlNode) => unknown;

const makers: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['null', (_, node) => (textOf(node), null)],
  ['str', (_, node) => textOf(node)],
  ['bool', (_, node) => made(node, 'truth', toTruth)],
  ['int', (_, node) => made(node, 'whole number', toInteger)],
  ['float', (_, node) => made(node, 'number', toFloat)],
  ['timestamp', (_, node) => made(node, 'date', toTime)],
  ['binary', (_, node) => made(node, 'base64', toBytes)],
  ['seq', (constructor, node) => itemsOf(node).map((item) => constructor.construct(item))],
  ['map', (constructor, node) => constructor.mapping(node)],
  // Python's set, ordered dict and list of pairs are only read here.
  ['set', (constructor, node) => Object.keys(constructor.mapping(node))],
  ['omap', (constructor, node) => constructor.pairs(node)],
  ['pairs', (constructor, node) => constructor.pairs(node)],
]);

const pythonMakers: ReadonlyMap<string, Make> = new Map<string, Make>([
  ...makers,
  ['float', (_, node) => new PythonFloat(made(node, 'number', toFloat))],
  ['map', (constructor, node) => constructor.dict(node)],
  ['set', (constructor, node) => new Set(constructor.dict(node).keys())],
  ['omap', (constructor, node) => constructor.pairs(node).map((pair) => new PythonTuple(pair))],
  ['pairs', (constructor, node) => constructor.pairs(node).map((pair) => new PythonTuple(pair))],
]);

class Constructor {
  readonly makers: ReadonlyMap<string, Make>;
  readonly #readScalar: (constructor: Constructor, node: YamlScalar) => unknown;
  readonly #known = new Map<YamlNode, { readonly value: unknown; readonly parts: number }>();
  readonly #open = new Set<YamlNode>();
  readonly #merging = new Set<YamlMapping>();
  readonly #flattened = new Map<YamlMapping, readonly YamlPair[]>();
  #parts = 0;

  constructor(
    readScalar: (constructor: Constructor, node: YamlScalar) => unknown,
    using: ReadonlyMap<string, Make> = makers,
  ) {
    this.#readScalar = readScalar;
    this.makers = using;
  }

  construct(node: YamlNode): unknown {
    this.#count(1, node);
    if (node.kind === 'scalar') return this.#readScalar(this, node);
    const known = this.#known.get(node);
    if (known !== undefined) {
      this.#count(known.parts, node);
      return known.value;
    }
    if (this.#open.has(node)) throw new YamlFailure('it contains itself', node.at, true);
    this.#open.add(node);
    const before = this.#parts;
    const value = make(this, node);
    this.#open.delete(node);
    this.#known.set(node, { value, parts: this.#parts - before });
    return value;
  }

  /** Own properties only, whatever their names. Of two equal keys, the last one wins. */
  mapping(node: YamlNode): Readonly<Record<string, unknown>> {
    if (node.kind !== 'mapping') throw new YamlFailure('this must be a mapping', node.at);
    const value: Record<string, unknown> = {};
    for (const [key, inner] of this.#pairsOf(node)) {
      const name = this.#key(key);
      const part = this.construct(inner);
      if (name !== '__proto__') value[name] = part;
      else
        Object.defineProperty(value, name, {
          value: part,
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
    return value;
  }

  /** As {@link mapping}, with the keys as Python has them. */
  dict(node: YamlNode): PythonDict {
    if (node.kind !== 'mapping') throw new YamlFailure('this must be a mapping', node.at);
    const builder = new PythonDictBuilder();
    for (const [key, inner] of this.#pairsOf(node)) {
      const part = this.#pythonKey(key);
      builder.set(part, this.construct(inner));
    }
    return builder.dict;
  }

  pairs(node: YamlNode): unknown[][] {
    return itemsOf(node).map((item) => {
      const [pair, ...more] = item.kind === 'mapping' ? item.pairs : [];
      if (pair === undefined || more.length > 0)
        throw new YamlFailure('this must be a mapping of one key', item.at);
      return [this.construct(pair[0]), this.construct(pair[1])];
    });
  }

  /** In Python, any immutable value can be a key. In JavaScript, its name is the text that YAML would write. */
  #key(node: YamlNode): string {
    // PyYAML reads "=" as a string if it is a key.
    if (node.kind === 'scalar' && node.tag === valueTag) return node.text;
    const value = this.construct(node);
    if (typeof value === 'string') return value;
    if (typeof value === 'number' && !Number.isFinite(value)) return textOf(node);
    if (value === null || typeof value !== 'object') return String(value);
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    throw new YamlFailure('a list or mapping cannot be a key', node.at);
  }

  #pythonKey(node: YamlNode): unknown {
    if (node.kind === 'scalar' && node.tag === valueTag) return node.text;
    const value = this.construct(node);
    if (Array.isArray(value) || value instanceof Map || value instanceof Set) {
      throw new YamlFailure('a list or mapping cannot be a key', node.at);
    }
    return value;
  }

  /** The pairs that `<<` merges, followed by the mapping's own. */
  #pairsOf(node: YamlMapping): readonly YamlPair[] {
    if (!node.pairs.some(([key]) => key.tag === mergeTag)) return node.pairs;
    const known = this.#flattened.get(node);
    if (known !== undefined) {
      this.#count(known.length, node);
      return known;
    }
    if (this.#merging.has(node)) throw new YamlFailure('it contains itself', node.at, true);
    this.#merging.add(node);
    const merged = node.pairs
      .filter(([key]) => key.tag === mergeTag)
      .flatMap(([, value]) => this.#mergedBy(value));
    const pairs = [...merged, ...node.pairs.filter(([key]) => key.tag !== mergeTag)];
    this.#merging.delete(node);
    this.#count(pairs.length, node);
    this.#flattened.set(node, pairs);
    return pairs;
  }

  #mergedBy(node: YamlNode): readonly YamlPair[] {
    if (node.kind === 'mapping') return this.#pairsOf(node);
    const mappings = node.kind === 'list' ? node.items : [node];
    return mappings.toReversed().flatMap((one) => {
      if (one.kind !== 'mapping')
        throw new YamlFailure('"<<" requires a mapping or a list of mappings', one.at);
      return this.#pairsOf(one);
    });
  }

  #count(parts: number, node: YamlNode): void {
    this.#parts += parts;
    if (this.#parts > mostParts)
      throw new YamlFailure('it is too large, or aliases multiply its parts', node.at, true);
  }
}

const mergeTag = `${corePrefix}merge`;
const valueTag = `${corePrefix}value`;

function make(constructor: Constructor, node: YamlNode): unknown {
  const maker = node.tag.startsWith(corePrefix)
    ? constructor.makers.get(node.tag.slice(corePrefix.length))
    : undefined;
  if (maker !== undefined) return maker(constructor, node);
  if (node.tag === mergeTag || node.tag === valueTag) {
    throw new YamlFailure(
      `"${node.kind === 'scalar' ? node.text : ''}" has no value: put it in quotes`,
      node.at,
    );
  }
  throw new YamlFailure(`unknown tag "${node.tag}"`, node.at);
}

function made<T>(node: YamlNode, what: string, convert: (text: string) => T | undefined): T {
  const text = textOf(node);
  const value = convert(text);
  if (value !== undefined) return value;
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  throw new YamlFailure(`"${shown}" is not a valid ${what}: put it in quotes`, node.at);
}

function textOf(node: YamlNode): string {
  if (node.kind === 'scalar') return node.text;
  // PyYAML uses the value of the key "=" as the text of a mapping with a scalar's tag.
  const pair = node.kind === 'mapping' ? node.pairs.find(([key]) => key.tag === valueTag) : undefined;
  if (pair === undefined) throw new YamlFailure('this must be a string', node.at);
  return (pair[1] as YamlScalar).text;
}

function itemsOf(node: YamlNode): readonly YamlNode[] {
  if (node.kind !== 'list') throw new YamlFailure('this must be a list', node.at);
  return node.items;
}
