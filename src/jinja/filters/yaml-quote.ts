import { doubleQuoted } from '../../pyyaml/index.js';
import { Raised } from '../errors.js';
import { deeper, reserveText, spend } from '../limits.js';
import { PyDict } from '../values/dict.js';
import { PyFloat } from '../values/float.js';
import { str } from '../values/show.js';
import { sortValues } from '../values/sort.js';
import { GroupTuple, PyTuple } from '../values/tuple.js';
import { typeName, type Value } from '../values/types.js';
import { Undefined } from '../values/undefined.js';

/**
 * LAVA's `yaml_quote`: a value as PyYAML's safe dumper on libyaml writes it in flow style on one line, every scalar
 * in double quotes. It sorts dicts, refers back to a list or dict that occurs again, and marks long keys with `?`.
 */
export function yamlQuote(value: Value): string {
  const writer = new YamlWriter();
  writer.survey(value);
  return writer.write(value);
}

type Scalar = null | boolean | number | bigint | string | PyFloat;

interface Collection {
  readonly isDict: boolean;
  /** Items, or keys and values in turn. */
  readonly parts: readonly Value[];
  /** The name for references, set once it occurs again. */
  anchor: string | null;
  isWritten: boolean;
}

/** First `survey`, which finds what needs a name, then `write`. */
class YamlWriter {
  readonly #collections = new Map<Value, Collection>();
  #anchors = 0;

  survey(value: Value): void {
    spend();
    if (isScalar(value)) return;
    const known = this.#collections.get(value);
    if (known === undefined) {
      const { isDict, parts } = partsOf(value);
      this.#collections.set(value, { isDict, parts, anchor: null, isWritten: false });
      deeper(() => {
        for (const part of parts) this.survey(part);
      });
    } else if (!isEmptyTuple(value)) {
      known.anchor ??= `id${String(++this.#anchors).padStart(3, '0')}`;
    }
  }

  write(value: Value): string {
    if (isScalar(value)) return writeScalar(value);
    const collection = this.#collectionOf(value);
    const { anchor, isDict, isWritten } = collection;
    if (isWritten && anchor !== null) return `*${anchor}`;
    collection.isWritten = true;
    const inside = isDict ? this.#writePairs(collection.parts) : this.#writeItems(collection.parts);
    const written = `${anchor === null ? '' : `&${anchor} `}${inside}`;
    reserveText(written.length);
    return written;
  }

  #writeItems(parts: readonly Value[]): string {
    return `[${parts.map((part) => this.write(part)).join(', ')}]`;
  }

  #writePairs(parts: readonly Value[]): string {
    const written: string[] = [];
    for (let index = 0; index + 1 < parts.length; index += 2) {
      const [key = null, value = null] = parts.slice(index, index + 2);
      written.push(`${this.#writeKey(key)}: ${this.write(value)}`);
    }
    return `{${written.join(', ')}}`;
  }

  /** libyaml marks a key with `?` that has more than 128 bytes or a line break, or is a list with items. */
  #writeKey(key: Value): string {
    if (isScalar(key)) {
      const written = writeScalar(key);
      return isSimple(plainText(key)) ? written : `? ${written} `;
    }
    if (isEmptyTuple(key)) return this.write(key);
    const { isWritten } = this.#collectionOf(key);
    return `${isWritten ? '' : '? '}${this.write(key)} `;
  }

  #collectionOf(value: Value): Collection {
    const collection = this.#collections.get(value);
    if (collection === undefined) throw new Error('every collection is surveyed before it is written');
    return collection;
  }
}

/** Python has only one empty tuple, and PyYAML never refers back to it. */
function isEmptyTuple(value: Value): boolean {
  return value instanceof PyTuple && value.items.length === 0;
}

function isScalar(value: Value): value is Scalar {
  return typeof value !== 'object' || value === null || value instanceof PyFloat;
}

/** PyYAML checks the exact type: it writes neither Markup nor the results of `groupby`. */
function partsOf(value: Value): { isDict: boolean; parts: readonly Value[] } {
  if (Array.isArray(value)) return { isDict: false, parts: value };
  if (value instanceof PyDict) return { isDict: true, parts: sortedParts(value) };
  if (value instanceof PyTuple && !(value instanceof GroupTuple))
    return { isDict: false, parts: value.items };
  const undefinedValue = value instanceof Undefined ? value.failure() : undefined;
  throw new Raised(
    'RepresenterError',
    undefinedValue?.message ?? `yaml_quote cannot write a value of type ${typeName(value)}`,
    undefinedValue?.kind ?? 'type',
    undefinedValue?.hint,
  );
}

/** Sorted by key, unless some keys cannot be compared. */
function sortedParts(dict: PyDict): Value[] {
  const entries = Array.from(dict.entries(), (entry) => new PyTuple(entry));
  return sortedOrNot(entries).flatMap((entry) => (entry instanceof PyTuple ? entry.items : []));
}

function sortedOrNot(entries: readonly Value[]): readonly Value[] {
  try {
    return sortValues(entries, (entry) => entry, false);
  } catch (error) {
    if (error instanceof Raised && error.pythonClass === 'TypeError') return entries;
    throw error;
  }
}

/** Numbers, booleans and None get the tag `!`, with which a reader treats them as unquoted. */
function writeScalar(value: Scalar): string {
  const text = plainText(value);
  return typeof value === 'string' ? quoted(text) : `! "${text}"`;
}

function plainText(value: Scalar): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  return value instanceof PyFloat ? floatText(value) : str(value).toLowerCase();
}

/** YAML 1.1 allows an exponent only after a point. */
function floatText(value: PyFloat): string {
  if (Number.isNaN(value.value)) return '.nan';
  if (!Number.isFinite(value.value)) return value.value > 0 ? '.inf' : '-.inf';
  const text = str(value);
  return text.includes('.') ? text : text.replace('e', '.0e');
}

function quoted(text: string): string {
  if (text.length > 256) spend(text.length >> 7);
  if (/\p{Surrogate}/u.test(text))
    throw new Raised('UnicodeEncodeError', 'half of a surrogate pair cannot be written as UTF-8', 'value');
  return doubleQuoted(text);
}

function isSimple(text: string): boolean {
  return text.length <= 128 && !/[\n\r\x85\u2028\u2029]/.test(text) && Buffer.byteLength(text) <= 128;
}
