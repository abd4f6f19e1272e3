import type { FastifyRequest } from 'fastify';
import { filterTests, type Listing, type ListRequest } from '../../views/index.js';
import { urlHost } from '../../../net/index.js';
import { HttpProblem } from '../problem.js';
import { parameter, queryOf } from './parameters.js';

/** A page of a list, with links to the next and previous pages. */
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

/** `?limit=&offset=` as LAVA's REST API reads them: a value that is not a number means the default. */
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

const reserved = new Set(['limit', 'offset', 'ordering', 'search', 'all', 'format']);

/**
 * Reads the parameters of a request for a list: `?field=`, `?field__in=a,b`, `?field__contains=`, `?ordering=-field`
 * and the page. An unknown filter is rejected, because ignoring it would return everything.
 * @param fields names in the API -> fields of the list
 * @throws HttpProblem 400 when a filter or an ordering is unknown
 */
function listRequest<F extends string>(
  request: FastifyRequest,
  fields: Readonly<Record<string, F>>,
): ListRequest<F> & PageRequest {
  const query = queryOf(request);
  const known = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const filters = Object.keys(query)
    .filter((name) => !reserved.has(name))
    .map((name) => {
      const [fieldName = '', testName = 'exact'] = name.split('__');
      const field = known(fieldName);
      const test = filterTests.find((item) => item === testName);
      if (field === undefined || test === undefined) throw new HttpProblem(400, `Unknown filter ${name}.`);
      return { field, test, value: parameter(query, name) ?? '' };
    });
  const ordering = parameter(query, 'ordering');
  if (ordering === undefined) return { ...pageRequest(request), filters };
  const field = known(ordering.replace(/^-/, ''));
  if (field === undefined) throw new HttpProblem(400, `Unknown ordering ${ordering}.`);
  return { ...pageRequest(request), filters, order: { field, descending: ordering.startsWith('-') } };
}

/** One page of a list, formatted. */
export function pageOf<T, R>(
  request: FastifyRequest,
  { limit, offset }: PageRequest,
  { count, items }: Listing<T>,
  format: (item: T) => R,
): Page<R> {
  const link = (at: number) => {
    const url = new URL(request.url, `${request.protocol}://${hostOf(request)}`);
    url.searchParams.set('limit', String(limit));
    if (at === 0) url.searchParams.delete('offset');
    else url.searchParams.set('offset', String(at));
    return url.href;
  };
  return {
    count,
    next: offset + limit < count ? link(offset + limit) : null,
    previous: offset > 0 ? link(Math.max(0, offset - limit)) : null,
    results: items.map(format),
  };
}

/** An HTTP/1.0 client may omit the header. */
function hostOf({ host, socket }: FastifyRequest): string {
  return host === '' ? `${urlHost(socket.localAddress ?? 'localhost')}:${socket.localPort ?? 80}` : host;
}

/** Responds to a request for a list. */
export async function answerList<T, R, F extends string>(
  request: FastifyRequest,
  fields: Readonly<Record<string, F>>,
  list: (wanted: ListRequest<F>) => Promise<Listing<T>>,
  format: (item: T) => R,
): Promise<Page<R>> {
  const wanted = listRequest(request, fields);
  return pageOf(request, wanted, await list(wanted), format);
}
