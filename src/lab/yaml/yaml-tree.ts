import { isAlias, isMap, isScalar, isSeq, parseDocument, type Node, type Pair } from 'yaml';
import type { Place } from '../../diagnostics/index.js';
import { parseYaml } from '../../pyyaml/index.js';
import { placeAt } from '../place.js';
import type { Report } from '../report.js';
import { findTooDeep, mostLevels } from './nesting.js';
import { hintForSyntax, oneDocument } from './syntax-hints.js';

/** A value of a YAML file: any JSON value, and dates in files that LAVA reads. */
export type PlainValue =
  string | number | boolean | Date | null | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/**
 * `own`: YAML 1.2, for lavaflow's own kinds. `lava`: for texts that LAVA reads with PyYAML: YAML 1.1, in which "no" is
 * a boolean. Their values come from `pyyaml`. If the two readers disagree on a value, LAVA's counts.
 */
export type YamlDialect = 'own' | 'lava';

/** A YAML file that could be read: its value, and the place of each part. */
export interface YamlTree {
  readonly value: PlainValue;
  /** Whether every key occurs once. Otherwise the last value counts, and the file has errors. */
  readonly isWhole: boolean;
  /** The place of a value, or with `key` of a key of a mapping. Falls back to the nearest part that exists. */
  placeOf(path: readonly (string | number)[], key?: string): Place;
}

/** Far above what users write, and far below what causes problems. */
const limits = {
  nodes: 100_000,
  errors: 20,
  characters: 128 * 1024,
};

const nestLess = `Nest at most ${mostLevels} levels.`;

interface Source {
  readonly file: string;
  readonly text: string;
  readonly report: Report;
}

/**
 * Reads a YAML text of one document. Reports problems; returns null if there is no usable value.
 */
export function readYaml(file: string, text: string, dialect: YamlDialect, report: Report): YamlTree | null {
  const source: Source = { file, text, report };
  const lava = dialect === 'lava' && text.length <= limits.characters ? parseYaml(text) : undefined;
  if (lava?.ok === false) {
    const { message, line, column, isLimit } = lava.problem;
    const place = { file, line, column };
    if (isLimit) report.error('yaml-too-complex', place, message, 'Simplify it.');
    else report.error('yaml-syntax', place, message, hintForSyntax(text, line));
    return null;
  }
  const parsed = parse(source, dialect);
  if (parsed === 'odd')
    return { value: toPlain(lava?.value), isWhole: true, placeOf: () => ({ file, line: 1, column: 1 }) };
  if (parsed === null) return null;
  const reader = new PlainReader(source, dialect);
  const read = reader.read(parsed, 0);
  if (read === broken) return null;
  const value = lava === undefined ? read : toPlain(lava.value);
  const { isWhole } = reader;
  return { value, isWhole, placeOf: (path, key) => placeOf(source, parsed, path, key) };
}

/** @returns `odd` for a text that only LAVA accepts, of which only the value is known */
function parse({ file, text, report }: Source, dialect: YamlDialect): Node | 'odd' | null {
  // The parser needs quadratic time for some hostile texts, so it only gets short ones.
  if (text.length > limits.characters) {
    report.error(
      'yaml-too-complex',
      { file },
      `the file has ${text.length} characters; the limit for YAML is ${limits.characters}`,
    );
    return null;
  }
  // Duplicate keys are found here, because the parser's own search needs quadratic time. So do its pretty errors.
  const tooDeep = findTooDeep(text);
  if (tooDeep !== undefined) {
    report.error('yaml-too-complex', placeAt(file, text, tooDeep), 'the file is nested too deeply', nestLess);
    return null;
  }
  const version = dialect === 'own' ? '1.2' : '1.1';
  const options = { version, uniqueKeys: false, prettyErrors: false, logLevel: 'error' } as const;
  const document = parseDocument(text, options);
  if (dialect === 'lava' && document.errors.length > 0) return 'odd';
  for (const error of document.errors.slice(0, limits.errors)) {
    const place = placeAt(file, text, error.pos[0]);
    if (error.code === 'MULTIPLE_DOCS') {
      const message = 'the file contains more than one document';
      report.error('yaml-syntax', place, message, oneDocument);
    } else report.error('yaml-syntax', place, firstLine(error.message), hintForSyntax(text, place.line ?? 1));
  }
  return document.errors.length > 0 ? null : document.contents;
}

/** Converts a value of parseYaml. Numbers and dates stay as they are, because LAVA would not accept them as strings. */
function toPlain(value: unknown): PlainValue {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (Array.isArray(value)) return (value as readonly unknown[]).map(toPlain);
  if (value instanceof Date) return value;
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toPlain(inner)]));
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return line.charAt(0).toLowerCase() + line.slice(1);
}

/** Represents a value with errors that were already reported. */
const broken = Symbol('broken');

/** Turns nodes into plain values: limited in depth and number, with aliases resolved and without duplicate keys. */
class PlainReader {
  readonly #source: Source;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #nodes = 0;
  #stopped = false;
  isWhole = true;

  constructor(
    source: Source,
    readonly dialect: YamlDialect,
  ) {
    this.#source = source;
  }

  read(node: unknown, depth: number): PlainValue | typeof broken {
    if (this.#stopped) return broken;
    this.#nodes++;
    if (depth > mostLevels || this.#nodes > limits.nodes) {
      this.#stopped = true;
      if (depth > mostLevels)
        return this.#error('yaml-too-complex', node, 'the file is nested too deeply', nestLess);
      const message = 'the file has too many values, or aliases that multiply them';
      return this.#error('yaml-too-complex', node, message, 'Simplify it.');
    }
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.#readAlias(node.source, node, depth);
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, node as Node);
    if (isScalar(node)) return this.#readScalar(node.value, node);
    if (isSeq(node)) return this.#readList(node.items, depth);
    if (isMap(node)) return this.#readMapping(node.items, depth);
    return this.#error('yaml-wrong-value', node, 'this kind of value is not allowed in a lab');
  }

  #readAlias(name: string, node: Node, depth: number): PlainValue | typeof broken {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      return this.#error('yaml-syntax', node, `there is no anchor "${shorten(name)}" before this alias`);
    }
    if (this.#open.has(target)) {
      return this.#error('yaml-too-complex', node, `the alias "${shorten(name)}" contains itself`);
    }
    this.#open.add(target);
    const value = this.read(target, depth + 1);
    this.#open.delete(target);
    return value;
  }

  #readScalar(value: unknown, node: Node): PlainValue | typeof broken {
    if (value === null || value === undefined) return null;
    if (typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value === 'bigint') return Number(value);
    if (value instanceof Date) return value.toISOString();
    return this.#error('yaml-wrong-value', node, 'this kind of value is not allowed in a lab');
  }

  #readList(items: readonly unknown[], depth: number): PlainValue | typeof broken {
    const values: PlainValue[] = [];
    let whole = true;
    for (const item of items) {
      const value = this.read(item, depth + 1);
      if (value === broken) whole = false;
      else values.push(value);
    }
    return whole ? values : broken;
  }

  #readMapping(pairs: readonly Pair[], depth: number): PlainValue | typeof broken {
    const entries = new Map<string, PlainValue>();
    const seen = new Set<string>();
    let whole = true;
    for (const { key, value } of pairs) {
      const name = this.#readKey(key);
      if (name === undefined) {
        whole = false;
        continue;
      }
      if (seen.has(name) && name !== mergeKey) {
        this.#error(
          'yaml-duplicate-key',
          key,
          `the key "${shorten(name)}" occurs twice`,
          'Keep one of them.',
        );
        this.isWhole = false;
      }
      seen.add(name);
      const plain = this.read(value, depth + 1);
      if (plain === broken) whole = false;
      else if (name === mergeKey && this.dialect !== 'own') mergeInto(entries, plain);
      else entries.set(name, plain);
    }
    if (!whole) return broken;
    // Only own properties, whatever their names are.
    return Object.fromEntries(entries);
  }

  #readKey(key: unknown): string | undefined {
    if (isScalar(key)) {
      const { value } = key;
      if (typeof value === 'string') return value;
      // YAML 1.1 defines these as booleans, but PyYAML does not.
      if (this.dialect === 'lava' && /^[yYnN]$/.test(key.source ?? '')) return key.source;
      if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
        return String(value);
      if (value === null) return 'null';
      if (typeof value === 'symbol') return mergeKey;
    }
    this.#error('yaml-wrong-value', key, 'a key must be a plain string');
    return undefined;
  }

  #error(code: Parameters<Report['error']>[0], node: unknown, message: string, hint?: string): typeof broken {
    const { report, file } = this.#source;
    if (report.isFull(file)) this.#stopped = true;
    else report.error(code, placeOfNode(this.#source, node), message, hint);
    return broken;
  }
}

/** In YAML 1.1, this key merges the keys of other mappings. */
const mergeKey = '<<';

/** A merge key adds only keys that do not exist yet. */
function mergeInto(entries: Map<string, PlainValue>, merged: PlainValue): void {
  for (const mapping of Array.isArray(merged) ? (merged as readonly PlainValue[]) : [merged]) {
    if (mapping === null || typeof mapping !== 'object' || Array.isArray(mapping) || mapping instanceof Date)
      continue;
    for (const [key, value] of Object.entries(mapping)) if (!entries.has(key)) entries.set(key, value);
  }
}

export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function placeOfNode(source: Source, node: unknown): Place {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return range?.[0] === undefined ? { file: source.file } : placeAt(source.file, source.text, range[0]);
}

/** The text at a path of a file that may violate its schema. */
export function textAt(tree: YamlTree, path: Path): string | undefined {
  const value = valueAt(tree, path);
  return typeof value === 'string' ? value : undefined;
}

/** The list at a path of a file that may violate its schema; empty if there is none. */
export function listAt(tree: YamlTree, path: Path): readonly unknown[] {
  const value = valueAt(tree, path);
  return Array.isArray(value) ? value : [];
}

type Path = readonly (string | number)[];

function valueAt({ value }: YamlTree, path: Path): unknown {
  return path.reduce<unknown>(
    (part, step) =>
      typeof part === 'object' && part !== null && Object.hasOwn(part, step)
        ? (part as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}

/** The place of an entry of a list of texts, or else of the list. */
export function placeOfEntry(tree: YamlTree, path: readonly string[], entry: string): Place {
  const index = listAt(tree, path).indexOf(entry);
  return tree.placeOf(index < 0 ? path : [...path, index]);
}

function placeOf(source: Source, root: Node, path: readonly (string | number)[], key?: string): Place {
  let node: unknown = root;
  let best: unknown = root;
  for (const step of path) {
    const pair = isSeq(node) ? undefined : pairOf(node, String(step));
    node = isSeq(node) ? node.items[Number(step)] : pair?.value;
    // Nothing follows the key.
    if (node === null) best = pair?.key ?? best;
    if (node === undefined || node === null) break;
    best = node;
  }
  const pair = key === undefined ? undefined : pairOf(best, key);
  return placeOfNode(source, pair === undefined ? best : pair.key);
}

function pairOf(node: unknown, key: string): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find(
    ({ key: one }) => isScalar(one) && (String(one.value) === key || one.source === key),
  );
}
