/**
 * The values of Python that JavaScript cannot distinguish, as {@link parsePython} returns them. A dict is a Map, a list an
 * array, a set a Set, an int a number (rounded if it is too large), bytes a Uint8Array, and a date or datetime a Date.
 */

/** A float, even if it is a whole number: `1.0`. */
export class PythonFloat {
  constructor(readonly value: number) {}
}

/** A tuple. Only the items of `!!omap` and `!!pairs` are tuples. */
export class PythonTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** A key of a dict that is not a string. Within one dict, Python treats 1, 1.0 and True as one key, the first one. */
export class PythonKey {
  constructor(
    readonly value: unknown,
    /** `str()` of the key: `True`, `None`, `10`. */
    readonly text: string,
  ) {}
}

export type PythonDict = ReadonlyMap<string | PythonKey, unknown>;

/** What `str()` returns in Python. For dates and bytes, it is similar to that. */
export function pythonText(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof PythonFloat) return floatText(value.value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `b'${Buffer.from(value).toString('latin1')}'`;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : typeof value;
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
}

/** What `bool()` returns in Python. */
export function pythonTruth(value: unknown): boolean {
  if (value instanceof PythonFloat) return value.value !== 0;
  if (value instanceof Map || value instanceof Set) return value.size > 0;
  if (value instanceof Uint8Array || Array.isArray(value)) return value.length > 0;
  return typeof value === 'number' ? value !== 0 : Boolean(value);
}

/** Builds a dict: of two equal keys, the first stays and the last value wins. */
export class PythonDictBuilder {
  readonly dict = new Map<string | PythonKey, unknown>();
  /** The keys that are not strings, by what Python compares. */
  #others: Map<string, PythonKey> | undefined;

  set(key: unknown, value: unknown): void {
    this.dict.set(typeof key === 'string' ? key : this.#intern(key), value);
  }

  #intern(key: unknown): PythonKey {
    this.#others ??= new Map();
    const identity = identityOf(key);
    const known = this.#others.get(identity);
    if (known !== undefined) return known;
    const made = new PythonKey(key, pythonText(key));
    this.#others.set(identity, made);
    return made;
  }
}

function identityOf(key: unknown): string {
  const number = key instanceof PythonFloat ? key.value : typeof key === 'boolean' ? Number(key) : key;
  return typeof number === 'number' ? `number ${number}` : `${pythonText(key)} ${typeof key}`;
}
