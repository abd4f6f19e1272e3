import { ExternalError } from '../diagnostics/index.js';
import type { WriteGuard } from '../reconcile/index.js';
import type { Http, HttpResponse } from './http.js';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** LAVA's REST API v0.2. Paths are below `/api/v0.2/` and end in a slash: without it, a POST loses its body. */
export interface Rest {
  get(what: string, path: string, signal?: AbortSignal): Promise<JsonObject>;
  /** Like `get`, but returns null for 404. */
  find(what: string, path: string, signal?: AbortSignal): Promise<JsonObject | null>;
  /** The text of a file, or null for 404. */
  text(what: string, path: string, signal?: AbortSignal): Promise<string | null>;
  /** All pages of a list. `key` is the field that identifies an entry. */
  list(what: string, path: string, key: string, signal?: AbortSignal): Promise<readonly JsonObject[]>;
  /** The parsed response, or null if it has no body. */
  write(
    what: string,
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body: JsonObject | null,
    signal?: AbortSignal,
    guard?: WriteGuard,
  ): Promise<JsonObject | null>;
}

/** LAVA needs about 15 ms for each request besides its entries. */
const pageSize = 1000;
/** How often a list is read again if it grows while its pages are read. */
const maxRereads = 3;
/** No lab has more. Limits the requests and the memory if a master reports an endless list. */
const maxPages = 2_000;
const maxListChars = 256 * 1024 * 1024;

export function createRest(http: Http): Rest {
  const read = (
    what: string,
    path: string,
    answers: readonly number[],
    signal?: AbortSignal,
  ): Promise<HttpResponse> =>
    http.request({ what, method: 'GET', path: `api/v0.2/${path}`, repeatable: true, answers, signal });

  async function get(what: string, path: string, signal?: AbortSignal): Promise<JsonObject> {
    return parseObject(http, what, (await read(what, path, [], signal)).text);
  }

  async function list(
    what: string,
    path: string,
    key: string,
    signal?: AbortSignal,
  ): Promise<readonly JsonObject[]> {
    for (let attempt = 0; attempt < maxRereads; attempt++) {
      let left = maxListChars;
      const getPage = async (query: string): Promise<JsonObject> => {
        const { text } = await read(what, withQuery(path, query), [], signal);
        left -= text.length;
        if (left < 0) throw broken(http, what, 'the list is too long', 'never');
        return parseObject(http, what, text);
      };
      const entries = await readPages(getPage, key, http, what);
      if (entries !== null) return entries;
    }
    throw broken(http, what, 'its pages do not form a complete list, or it changes constantly', 'soon');
  }

  return {
    get,
    list,
    async find(what, path, signal) {
      const response = await read(what, path, [404], signal);
      return response.status === 404 ? null : parseObject(http, what, response.text);
    },
    async text(what, path, signal) {
      const response = await read(what, path, [404], signal);
      return response.status === 404 ? null : response.text;
    },
    async write(what, method, path, body, signal, guard) {
      const response = await http.request({
        what,
        method,
        path: `api/v0.2/${path}`,
        repeatable: false,
        ...(body === null ? {} : { body: { type: 'application/json', text: JSON.stringify(body) } }),
        signal,
        guard,
      });
      return response.text === '' ? null : parseObject(http, what, response.text);
    },
  };
}

/** All entries, or null if the list changed between two pages. A master may limit the requested page size. */
async function readPages(
  get: (query: string) => Promise<JsonObject>,
  key: string,
  http: Http,
  what: string,
): Promise<readonly JsonObject[] | null> {
  const first = pageOf(await get(`limit=${pageSize}`), http, what);
  const size = first.results.length;
  if (size === 0 && first.count > 0)
    throw broken(http, what, `an empty page although the list has ${first.count} entries`, 'soon');
  if (first.count > maxPages * Math.max(size, 1))
    throw broken(http, what, `${first.count} entries in pages of ${size}`, 'never');
  const offsets: number[] = [];
  for (let offset = size; offset < first.count; offset += size) offsets.push(offset);
  const more = await Promise.all(
    offsets.map(async (offset) => pageOf(await get(`limit=${size}&offset=${offset}`), http, what)),
  );
  const entries = [first, ...more].flatMap((page) => page.results);
  const names = new Set(entries.map((entry) => entry[key]));
  // Links to pages are inspected but never followed: they may lead to another server, which would receive the token.
  const endsHere = [first, ...more].every(
    (page, index) => page.hasNext === null || page.hasNext === index < more.length,
  );
  const isOneList =
    more.every((page) => page.count === first.count) &&
    names.size === first.count &&
    entries.length === first.count &&
    endsHere;
  return isOneList ? entries : null;
}

interface Page {
  readonly count: number;
  /** null: not specified. */
  readonly hasNext: boolean | null;
  readonly results: readonly JsonObject[];
}

function pageOf(answer: JsonObject, http: Http, what: string): Page {
  const { count, next, results } = answer;
  const isCount = typeof count === 'number' && Number.isSafeInteger(count) && count >= 0;
  const isLink = next === undefined || next === null || typeof next === 'string';
  if (!isCount || !isLink || !Array.isArray(results) || !results.every(isObject)) {
    throw broken(http, what, 'the response is not a page of a list', 'never');
  }
  return { count, hasNext: next === undefined ? null : next !== null, results };
}

function withQuery(path: string, query: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

/** @throws ExternalError when the text is not an object: a partial response, or not an API */
export function parseObject(http: Http, what: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A partial response is transient; an HTML page means that this is not the API.
    const isPage = /^\s*</.test(text);
    throw broken(
      http,
      what,
      isPage ? 'the response is an HTML page, not JSON' : 'the response is not complete JSON',
      isPage ? 'after-change' : 'soon',
    );
  }
  if (!isObject(value)) throw broken(http, what, 'the response is not a JSON object', 'never');
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function broken(http: Http, what: string, why: string, retry: ExternalError['retry']): ExternalError {
  const hint = retry === 'after-change' ? { hint: 'Check that this is the URL of a LAVA master.' } : {};
  return new ExternalError({ what, where: http.url, why, retry, ...hint });
}
