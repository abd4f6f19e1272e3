import type { Answer, Call } from './call.js';

const defaultPerPage = 30;
const maxPerPage = 100;

export interface Page<T> {
  readonly items: T[];
  readonly total: number;
  readonly headers: Record<string, string>;
}

/** The page of `items` that a request wants, with the links to the others. */
export function pageOf<T extends object>(call: Call, items: readonly T[]): Page<T> {
  const perPage = Math.max(1, Math.min(maxPerPage, Number(call.query['per_page'] ?? defaultPerPage)));
  const page = Math.max(1, Number(call.query['page'] ?? 1));
  const listed = items.filter(
    (item: { readonly id?: number }) => item.id === undefined || item.id < call.unlistedFromId,
  );
  const last = Math.max(1, Math.ceil(listed.length / perPage));
  const links: string[] = [];
  const link = (rel: string, to: number) => {
    const query = new URLSearchParams({ ...call.query, page: String(to) });
    links.push(`<${call.url}${call.path}?${query.toString()}>; rel="${rel}"`);
  };
  if (page > 1) link('prev', Math.min(page - 1, last));
  if (page < last) link('next', page + 1);
  if (page < last) link('last', last);
  if (page > 1) link('first', 1);
  return {
    items: listed.slice((page - 1) * perPage, page * perPage),
    total: listed.length,
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

/** Responds with one page of a list. */
export function respondWithPage<T extends object>(
  call: Call,
  items: readonly T[],
  present: (item: T) => unknown,
): Answer {
  const { items: shown, headers } = pageOf(call, items);
  return { status: 200, body: shown.map(present), headers };
}
