/**
 * Converts values to columns that are the same on SQLite and PostgreSQL: times are ISO 8601 strings in UTC with
 * milliseconds (they sort as text), booleans are 0 or 1, lists and mappings are JSON.
 */
export type Flag = 0 | 1;

type Column<V> = V extends boolean
  ? Flag
  : V extends Date
    ? string
    : V extends string | number | null
      ? V
      : string;

/** The row that stores a `T`. */
export type Columns<T> = { readonly [K in keyof T]: Column<T[K]> };

type Encoding<V> = [V] extends [boolean]
  ? 'flag'
  : [V] extends [Date | null]
    ? 'moment'
    : [V] extends [string | number | null]
      ? never
      : 'json';

/** The encoding of each property of `T` that is not stored as it is. The compiler checks that none is missing. */
export type Encodings<T> = {
  readonly [K in keyof T as Encoding<T[K]> extends never ? never : K]-?: Encoding<T[K]>;
};

/** Converts a value to columns. */
export function toColumns<T extends object>(value: T, encodings: Encodings<T>): Columns<T> {
  return convert(value, encodings, encode) as Columns<T>;
}

/** Converts the properties that change to columns. */
export function toChangedColumns<T extends object>(
  change: Partial<T>,
  encodings: Encodings<T>,
): Partial<Columns<T>> {
  return convert(change, encodings, encode) as Partial<Columns<T>>;
}

/** Converts a row, or the selected columns of one, to a value. Columns without an encoding remain unchanged. */
export function fromColumns<T, R extends Partial<Columns<T>>>(
  row: R,
  encodings: Encodings<T>,
): { readonly [K in keyof R]: K extends keyof T ? T[K] : R[K] } {
  return convert(row, encodings, decode) as { readonly [K in keyof R]: K extends keyof T ? T[K] : R[K] };
}

function convert(
  object: object,
  encodings: Readonly<Record<string, unknown>>,
  change: (value: unknown, encoding: unknown) => unknown,
): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    changed[key] = value === null || value === undefined ? value : change(value, encodings[key]);
  }
  return changed;
}

function encode(value: unknown, encoding: unknown): unknown {
  if (encoding === 'flag') return value === true ? 1 : 0;
  if (encoding === 'moment') return (value as Date).toISOString();
  return encoding === 'json' ? JSON.stringify(value) : value;
}

function decode(value: unknown, encoding: unknown): unknown {
  if (encoding === 'flag') return value === 1;
  if (encoding === 'moment') return new Date(value as string);
  return encoding === 'json' ? JSON.parse(value as string) : value;
}
