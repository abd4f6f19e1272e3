import type { Caller } from '../master.js';
import { Refusal } from '../refusal.js';

/** A request as a REST handler receives it. */
export interface RestRequest {
  readonly method: string;
  /** Below `/api/v0.2/`, without query: `devices/board-1/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** A JSON object, a form, or plain text. */
  readonly body: Readonly<Record<string, unknown>> | string;
  readonly caller: Caller;
  /** `http://host:port`, as the client named it. */
  readonly origin: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

export function empty(status: number): Answer {
  return { status, type: 'application/json', body: '' };
}

export function file(type: string, text: string): Answer {
  return { status: 200, type, body: text };
}

export function html(status: number, body: string): Answer {
  return { status, type: 'text/html; charset=utf-8', body };
}

/**
 * The fields of a body.
 * @throws Refusal for a text
 */
export function fieldsOf(request: RestRequest): Readonly<Record<string, unknown>> {
  if (typeof request.body === 'string') throw new Refusal(415, 'Unsupported media type in request.');
  return request.body;
}

/** Missing and wrong credentials are a 403, never a 401. */
export function requireUser(caller: Caller): asserts caller is NonNullable<Caller> {
  if (caller === null) throw new Refusal(403, 'Authentication credentials were not provided.');
}

export function requireSuperuser(caller: Caller): void {
  requireUser(caller);
  if (!caller.isSuperuser) throw new Refusal(403, 'You do not have permission to perform this action.');
}
