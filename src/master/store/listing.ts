/**
 * Lists in pages. Filters, order and limits are translated to SQL, so that showing a part of a list does not read all
 * of it. Filters have the meaning that they have in LAVA (REST API v0.2, LAVA 2023.01), on SQLite and on PostgreSQL.
 */
import { PostgresAdapter, sql, type RawBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely';
import type { Db } from './open-store.js';

export const filterTests = ['exact', 'in', 'contains', 'icontains', 'startswith'] as const;
type FilterTest = (typeof filterTests)[number];

export interface ListRequest<F extends string> {
  readonly filters?: readonly FieldFilter<F>[];
  /** Default: by the key of the list. */
  readonly order?: { readonly field: F; readonly descending: boolean };
  readonly offset?: number;
  /** Default: no limit. */
  readonly limit?: number;
}

interface FieldFilter<F extends string> {
  readonly field: F;
  /** `exact` ignores case; `in` is a comma-separated list. A field without a value counts as an empty string. */
  readonly test: FilterTest;
  readonly value: string;
}

export interface Listing<T> {
  /** The number of all matches, regardless of the limit. */
  readonly count: number;
  readonly items: readonly T[];
}

/** A field by which a list can be filtered and ordered. */
export interface Field {
  readonly kind: 'text' | 'number';
  readonly of: RawBuilder<unknown>;
}

export function textField(of: string | RawBuilder<unknown>): Field {
  return { kind: 'text', of: typeof of === 'string' ? sql.ref(of) : of };
}

export function numberField(reference: string): Field {
  return { kind: 'number', of: sql.ref(reference) };
}

/** A boolean field, as the string `true` or `false`. */
export function flagField(reference: string): Field {
  return textField(sql`case when ${sql.ref(reference)} = 1 then 'true' else 'false' end`);
}

/** Runs `query` for one page. Rows that are equal in the order are ordered by `key`, so that pages never overlap. */
export async function listPage<DB, TB extends keyof DB, O, F extends string>(
  db: Db,
  query: SelectQueryBuilder<DB, TB, O>,
  fields: Readonly<Record<F, Field>>,
  key: NoInfer<F>,
  request: ListRequest<F>,
): Promise<Listing<O>> {
  const { filters = [], order, offset = 0, limit } = request;
  let filtered = query;
  for (const { field, test, value } of filters)
    filtered = filtered.where(matches(fields[field], test, value));
  let page = filtered;
  for (const { field, descending } of [
    ...(order === undefined ? [] : [order]),
    { field: key, descending: false },
  ]) {
    page = page.orderBy(rank(db, fields[field]), (by) =>
      descending ? by.desc().nullsLast() : by.asc().nullsFirst(),
    );
  }
  if (limit !== undefined) page = page.limit(limit).offset(offset);
  const items = await page.execute();
  const isComplete = limit === undefined || (offset === 0 && items.length < limit);
  if (isComplete) return { count: items.length, items };
  const { count } = await filtered
    .clearSelect()
    .select((select) => select.fn.countAll<number | string>().as('count'))
    .$castTo<{ count: number | string }>()
    .executeTakeFirstOrThrow();
  return { count: Number(count), items };
}

/** Strings are ordered by their code points on every database, whatever its locale. */
export function textRank(db: Db, of: string | RawBuilder<unknown>): RawBuilder<unknown> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const text = typeof of === 'string' ? sql.ref(of) : of;
  return sql`${text} collate ${sql.raw(isPostgres ? '"C"' : 'binary')}`;
}

function rank(db: Db, { kind, of }: Field): RawBuilder<unknown> {
  return kind === 'number' ? asNumber(of) : textRank(db, sql`coalesce(${of}, '')`);
}

function asNumber(of: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`cast(${of} as double precision)`;
}

function matches(field: Field, test: FilterTest, value: string): RawBuilder<SqlBool> {
  // PostgreSQL strings cannot contain NUL, and comparing with one is an error.
  if (value.includes('\0')) return sql`1 = 0`;
  const text = sql`coalesce(cast(${field.of} as text), '')`;
  const lower = value.toLowerCase();
  switch (test) {
    case 'exact':
      return equals(field, text, value);
    case 'in':
      return sql`(${sql.join(
        value.split(',').map((item) => equals(field, text, item, { matchCase: true })),
        sql` or `,
      )})`;
    case 'contains':
      return value === '' ? sql`1 = 1` : sql`replace(${text}, ${value}, '') <> ${text}`;
    case 'icontains':
      return value === '' ? sql`1 = 1` : sql`replace(lower(${text}), ${lower}, '') <> lower(${text})`;
    case 'startswith':
      // The databases count code points.
      return sql`substr(${text}, 1, ${Array.from(value).length}) = ${value}`;
  }
}

function equals(
  { kind, of }: Field,
  text: RawBuilder<unknown>,
  value: string,
  { matchCase = false } = {},
): RawBuilder<SqlBool> {
  if (kind === 'number' && value.trim() !== '') {
    const wanted = Number(value);
    return Number.isFinite(wanted) ? sql`${asNumber(of)} = ${wanted}` : sql`1 = 0`;
  }
  return matchCase
    ? sql`${text} = ${value}`
    : sql`(${text} = ${value} or lower(${text}) = ${value.toLowerCase()})`;
}
