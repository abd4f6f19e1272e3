import { limitError, typeError, valueError } from '../errors.js';
import { maximumDepth, reserveText, spend } from '../limits.js';
import { needInt } from '../methods/method.js';
import { textOf } from '../values/compare.js';
import { PyDict } from '../values/dict.js';
import { PyFloat, showFloat } from '../values/float.js';
import { showInt } from '../values/integer.js';
import { Markup } from '../values/markup.js';
import { joinTexts } from '../values/join-texts.js';
import { sortValues } from '../values/sort.js';
import { PyTuple } from '../values/tuple.js';
import { typeName, type Value } from '../values/types.js';
import { filter, type Filter } from './registry.js';

/** Python's `json.dumps(value, sort_keys=True, indent=...)`. */
class JsonWriter {
  readonly #open = new Set<Value>();

  readonly #indent: string | null;

  constructor(indent: string | null) {
    this.#indent = indent;
  }

  write(value: Value, depth: number): string {
    spend();
    if (depth > maximumDepth())
      throw limitError('a value is nested too deeply for JSON', undefined, 'RecursionError');
    const text = textOf(value);
    if (text !== undefined) return quote(text);
    if (value === null) return 'null';
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    if (typeof value === 'number' || typeof value === 'bigint') return showInt(value);
    if (value instanceof PyFloat) return showJsonFloat(value.value);
    return this.#writeContainer(value, depth);
  }

  #writeContainer(value: Value, depth: number): string {
    if (this.#open.has(value)) throw valueError('Circular reference detected');
    this.#open.add(value);
    let written: string;
    if (Array.isArray(value) || value instanceof PyTuple) {
      const items = Array.isArray(value) ? value : value.items;
      written = this.#wrap(
        '[',
        ']',
        items.map((item) => this.write(item, depth + 1)),
        depth,
      );
    } else if (value instanceof PyDict) {
      const entries = sortValues(
        [...value.entries()].map((entry) => new PyTuple(entry)),
        firstOf,
        false,
      );
      const pairs = entries.map((entry) => {
        const [key = null, item = null] = entry instanceof PyTuple ? entry.items : [];
        return `${quote(keyText(key))}: ${this.write(item, depth + 1)}`;
      });
      written = this.#wrap('{', '}', pairs, depth);
    } else {
      throw typeError(`Object of type ${typeName(value)} is not JSON serializable`);
    }
    this.#open.delete(value);
    reserveText(written.length);
    return written;
  }

  #wrap(open: string, close: string, items: readonly string[], depth: number): string {
    if (items.length === 0) return open + close;
    if (this.#indent === null) return open + items.join(', ') + close;
    const margin = `\n${this.#indent.repeat(depth + 1)}`;
    reserveText(items.length * margin.length);
    return `${open}${margin}${joinTexts(items, `,${margin}`)}\n${this.#indent.repeat(depth)}${close}`;
  }
}

function firstOf(entry: Value): Value {
  return entry instanceof PyTuple ? (entry.items[0] ?? null) : entry;
}

function keyText(key: Value): string {
  const text = textOf(key);
  if (text !== undefined) return text;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  if (typeof key === 'number' || typeof key === 'bigint') return showInt(key);
  if (key instanceof PyFloat) return showJsonFloat(key.value);
  throw typeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

function showJsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return showFloat(value);
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};

function quote(text: string): string {
  if (text.length > 256) spend(text.length >> 7);
  const inside = text.replace(
    /["\\]|[^ -~]/g,
    (unit) => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${inside}"`;
}

const HTML: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  "'": '\\u0027',
};

export const jsonFilters: readonly [string, Filter][] = [
  [
    'tojson',
    filter('tojson', 'value indent?', ([value = null, indent = null]) => {
      const margin =
        // Python writes a text before it checks the indentation.
        indent === null || textOf(value) !== undefined
          ? null
          : (textOf(indent) ?? ' '.repeat(Math.max(0, Math.min(1000, needInt(indent, 0)))));
      const text = new JsonWriter(margin).write(value, 0);
      return new Markup(text.replace(/[<>&']/g, (character) => HTML[character] ?? character));
    }),
  ],
];
