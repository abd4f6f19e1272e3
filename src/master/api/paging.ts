import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.js';

export interface Page<T> {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly T[];
}

export interface PageRequest {
  readonly limit: number;
  readonly offset: number;
}

const defaultLimit = 50;
const maxLimit = 10_000;

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export function queryOf(request: FastifyRequest): Query {
  return request.query as Query;
}

/** One value of a query; the last one when it is given more than once. */
export function parameter(query: Query, name: string): string | undefined {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  return typeof value === 'string' ? value : value?.at(-1);
}

/** `?limit=&offset=` as LAVA's REST API takes them: what is no number is the default. */
export function pageRequest(request: FastifyRequest): PageRequest {
  const query = queryOf(request);
  const limit = wholeNumber(parameter(query, 'limit'));
  return {
    limit: Math.min(limit === null || limit === 0 ? defaultLimit : limit, maxLimit),
    offset: wholeNumber(parameter(query, 'offset')) ?? 0,
  };
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** One page of a list of which `count` are known, with links to its neighbours. */
export function pageOf<T>(
  request: FastifyRequest,
  { limit, offset }: PageRequest,
  count: number,
  results: readonly T[],
): Page<T> {
  const link = (at: number) => {
    const url = new URL(request.url, `${request.protocol}://${request.host}`);
    url.searchParams.set('limit', String(limit));
    if (at === 0) url.searchParams.delete('offset');
    else url.searchParams.set('offset', String(at));
    return url.href;
  };
  return {
    count,
    next: offset + limit < count ? link(offset + limit) : null,
    previous: offset > 0 ? link(Math.max(0, offset - limit)) : null,
    results,
  };
}

const reserved = new Set(['limit', 'offset', 'ordering', 'search', 'all', 'format']);

/**
 * Filters, orders and cuts a list that is in memory: `?field=`, `?field__in=a,b`, `?field__contains=`,
 * `?ordering=-field`. A filter for a field that there is not is refused: ignoring it would show everything.
 */
export function selectPage<T extends object>(
  request: FastifyRequest,
  items: readonly T[],
  fields: readonly string[],
): Page<T> {
  const query = queryOf(request);
  let selected = [...items];
  for (const name of Object.keys(query)) {
    if (reserved.has(name)) continue;
    const value = parameter(query, name) ?? '';
    const [field = '', test = 'exact'] = name.split('__');
    if (!fields.includes(field)) throw new HttpProblem(400, `Unknown filter ${name}.`);
    const matches = Object.hasOwn(tests, test) ? tests[test] : undefined;
    if (matches === undefined) throw new HttpProblem(400, `Unknown filter ${name}.`);
    selected = selected.filter((item) => matches(valueText(item, field), value));
  }
  const ordering = parameter(query, 'ordering');
  if (ordering !== undefined) {
    const field = ordering.replace(/^-/, '');
    if (!fields.includes(field)) throw new HttpProblem(400, `Unknown ordering ${ordering}.`);
    const direction = ordering.startsWith('-') ? -1 : 1;
    selected.sort((a, b) => direction * compareValues(a, b, field));
  }
  const page = pageRequest(request);
  return pageOf(request, page, selected.length, selected.slice(page.offset, page.offset + page.limit));
}

const tests: Readonly<Record<string, ((value: string, wanted: string) => boolean) | undefined>> = {
  exact: (value, wanted) => value === wanted || value.toLowerCase() === wanted.toLowerCase(),
  in: (value, wanted) => wanted.split(',').includes(value),
  contains: (value, wanted) => value.includes(wanted),
  icontains: (value, wanted) => value.toLowerCase().includes(wanted.toLowerCase()),
  startswith: (value, wanted) => value.startsWith(wanted),
};

function valueOf(item: object, field: string): unknown {
  return (item as Readonly<Record<string, unknown>>)[field];
}

function valueText(item: object, field: string): string {
  const value = valueOf(item, field);
  return typeof value === 'string'
    ? value
    : value === null || value === undefined
      ? ''
      : JSON.stringify(value);
}

function compareValues(a: object, b: object, field: string): number {
  const [left, right] = [valueOf(a, field), valueOf(b, field)];
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return compareText(valueText(a, field), valueText(b, field));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
