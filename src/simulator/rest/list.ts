import type { Master } from '../master.js';
import { Crash, Refusal } from '../refusal.js';
import type { Release } from '../release.js';
import { type Answer, json, type RestRequest } from './request.js';

/** A row in the format of REST. */
type Row = Readonly<Record<string, unknown>>;

export interface ListOptions<T> {
  readonly items: readonly T[];
  readonly show: (item: T) => Row;
  /** Fields that `?field=` and `?ordering=` accept; others are ignored. */
  readonly fields: Readonly<Record<string, (item: T) => unknown>>;
  /** Fields with a fixed set of values; before 2026.10, LAVA fails with an internal error at any other. */
  readonly words?: Readonly<Record<string, readonly string[]>>;
}

const pageSize = 50;

/**
 * One page of a list: `?limit=&offset=&ordering=`, filters `field`, `field__in`, `field__contains`... Without
 * `ordering` the order is undefined. Pages have 50 entries by default and any requested size.
 */
export function listPage<T>({ release }: Master, request: RestRequest, options: ListOptions<T>): Answer {
  const items = order(request, options, filter(release, request, options));
  const limit = wholeNumber(request.query.get('limit')) ?? pageSize;
  const offset = wholeNumber(request.query.get('offset')) ?? 0;
  const size = limit === 0 ? pageSize : limit;
  const link = (at: number): string => {
    const query = new URLSearchParams(request.query);
    query.set('limit', String(size));
    if (at <= 0) query.delete('offset');
    else query.set('offset', String(at));
    return `${request.origin}/api/v0.2/${request.path}?${query.toString()}`;
  };
  return json(200, {
    count: items.length,
    next: offset + size < items.length ? link(offset + size) : null,
    previous: offset > 0 ? link(offset - size) : null,
    results: items.slice(offset, offset + size).map((item) => options.show(item)),
  });
}

type Test = (value: string, wanted: string) => boolean;

const tests: Readonly<Record<string, Test>> = {
  exact: (value, wanted) => value === wanted,
  iexact: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  contains: (value, wanted) => value.includes(wanted),
  icontains: (value, wanted) => value.toLowerCase().includes(wanted.toLowerCase()),
  startswith: (value, wanted) => value.startsWith(wanted),
  endswith: (value, wanted) => value.endsWith(wanted),
};

function filter<T>(
  release: Release,
  request: RestRequest,
  { items, fields, words = {} }: ListOptions<T>,
): readonly T[] {
  let found = items;
  for (const [name, wanted] of request.query) {
    const [field = '', lookup = 'exact'] = name.split('__');
    const valueOf = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (valueOf === undefined || wanted === '') continue;
    if (lookup === 'in') {
      const names = new Set(wanted.split(','));
      found = found.filter((item) => names.has(text(valueOf(item))));
      continue;
    }
    const test = Object.hasOwn(tests, lookup) ? tests[lookup] : undefined;
    if (test === undefined) continue;
    const allowed = Object.hasOwn(words, field) ? words[field] : undefined;
    if (allowed !== undefined && !allowed.some((word) => word.toLowerCase() === wanted.toLowerCase())) {
      const why = `${wanted} is not one of ${allowed.join(', ')}`;
      throw release.checksFilters ? new Refusal(400, why, [why]) : new Crash(why);
    }
    const isWord = allowed !== undefined;
    found = found.filter((item) => (isWord ? (tests['iexact'] ?? test) : test)(text(valueOf(item)), wanted));
  }
  return found;
}

function order<T>(request: RestRequest, { fields }: ListOptions<T>, items: readonly T[]): readonly T[] {
  const ordering = request.query.get('ordering') ?? '';
  const isDescending = ordering.startsWith('-');
  const field = isDescending ? ordering.slice(1) : ordering;
  const valueOf = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (valueOf === undefined) return items;
  const sign = isDescending ? -1 : 1;
  return items
    .map((item) => ({ item, value: valueOf(item) }))
    .sort((a, b) => sign * compare(a.value, b.value))
    .map(({ item }) => item);
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [text(a), text(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

function wholeNumber(value: string | null): number | null {
  return value !== null && /^\d{1,9}$/.test(value) ? Number(value) : null;
}
