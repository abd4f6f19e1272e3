import type { Fault } from '../faults/fault.js';
import { record } from '../journal.js';
import type { Master } from '../master.js';
import { Crash, Refusal } from '../refusal.js';
import { type Answer, html, json, type RestRequest } from '../rest/request.js';
import { notHere, type Route, routeOf } from '../rest/routes.js';
import { copyState } from '../state/json.js';
import { restIdentity } from './identity.js';
import { headerOf, type RawRequest } from './raw-request.js';

export interface RestOptions {
  /** A fault of the kind `reject` or `lie` that affects this request. */
  readonly fault?: Fault | undefined;
  readonly beforeWrite?: (object: string) => void | Promise<void>;
}

export const restRoot = '/api/v0.2/';

/** Answers a request to REST v0.2. */
export async function answerRest(master: Master, raw: RawRequest, options: RestOptions): Promise<Answer> {
  const url = new URL(raw.target, 'http://master');
  const path = decodePath(url.pathname.slice(restRoot.length));
  if (path === null) return notHere();
  const route = routeOf(master, path.replace(/\/$/, ''));
  if (route === null) return notHere();
  if (!path.endsWith('/')) {
    // The site redirects to the address with the slash, and a client that follows loses the body.
    return { ...html(301, ''), headers: { location: `${url.pathname}/${url.search}` } };
  }
  const identity = restIdentity(master, headerOf(raw, 'authorization'));
  if (typeof identity === 'string') return json(403, { detail: 'Invalid token.' });
  try {
    const request: RestRequest = {
      method: raw.method,
      path,
      query: url.searchParams,
      body: bodyOf(raw),
      caller: identity.caller,
      origin: `http://${headerOf(raw, 'host') ?? 'localhost'}`,
    };
    return request.method === 'GET' ? route.answer(request) : await write(master, route, request, options);
  } catch (error) {
    if (error instanceof Refusal) return json(error.status, error.body);
    if (error instanceof Crash)
      return html(500, '<!DOCTYPE html><html><body><h1>Server Error (500)</h1></body></html>');
    throw error;
  }
}

async function write(
  master: Master,
  route: Route,
  request: RestRequest,
  { fault, beforeWrite }: RestOptions,
): Promise<Answer> {
  const entry = { call: `${request.method} ${request.path}`, object: route.object };
  if (beforeWrite !== undefined) await beforeWrite(route.object);
  try {
    if (fault?.kind === 'reject')
      throw new Refusal(400, fault.reason ?? 'rejected by a fault of the simulator');
    if (fault?.kind === 'lie') {
      const copy = { ...master, state: copyState(master.state) };
      const lied = routeOf(copy, request.path.replace(/\/$/, ''))?.answer(request) ?? notHere();
      record(master.journal, { ...entry, outcome: 'lied' });
      return lied;
    }
    const answer = route.answer(request);
    record(master.journal, { ...entry, outcome: answer.status < 400 ? 'done' : 'refused' });
    return answer;
  } catch (error) {
    record(master.journal, { ...entry, outcome: 'refused' });
    throw error;
  }
}

/** @throws Refusal for invalid JSON */
function bodyOf(raw: RawRequest): RestRequest['body'] {
  const type = headerOf(raw, 'content-type') ?? '';
  const text = raw.body.toString('utf8');
  if (type.startsWith('text/plain')) return text;
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text));
  if (text === '') return {};
  if (!type.startsWith('application/json'))
    throw new Refusal(415, `Unsupported media type "${type}" in request.`);
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    throw new Refusal(400, 'JSON parse error');
  }
  throw new Refusal(400, 'Invalid data. Expected a dictionary.');
}

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
