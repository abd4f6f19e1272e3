import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import PQueue from 'p-queue';
import pRetry from 'p-retry';
import { ExternalError, redact, UsageError, type FailureSubject } from '../diagnostics/index.js';
import { connectionFailure } from './connection-failure.js';
import { joinReasons } from './reasons.js';

export interface HttpOptions {
  /** The master's base URL, including the path under which it is mounted, without credentials. */
  readonly url: string;
  readonly token: string | null;
  /** Where the token comes from, for messages: `the environment variable LAVA_TOKEN`. Never the token itself. */
  readonly tokenOrigin?: string;
  /** Maximum number of concurrent requests; LAVA serves few. */
  readonly maxConnections?: number;
  /** For one request, until its whole response has arrived. */
  readonly timeoutMs?: number;
  /** The time before a failed read is tried again; it doubles with each attempt. Default: 200 ms. */
  readonly firstRetryMs?: number;
  readonly maxBodyBytes?: number;
}

export interface HttpRequest {
  /** For messages: `read the dictionary of board-1`. */
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Relative to the base URL, with its query: `api/v0.2/devices/?all=true`. */
  readonly path: string;
  /** Default: `Token <token>`. */
  readonly authorization?: string;
  readonly accept?: string;
  readonly body?: { readonly type: string; readonly text: string };
  /** Repeating the request is harmless: it is tried again after a transient failure. */
  readonly repeatable: boolean;
  /** Statuses besides 2xx that are a result rather than a failure. */
  readonly answers?: readonly number[];
  readonly signal?: AbortSignal | undefined;
  /** Called when the connection is established, before the first byte is sent: if it throws, nothing is sent. */
  readonly guard?: (() => void) | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly text: string;
}

export interface Http {
  /** Without a trailing slash. */
  readonly url: string;
  readonly token: string | null;
  /** @throws ExternalError with `retry` according to the failure; the caller's own abort reason when `signal` fires */
  request(request: HttpRequest): Promise<HttpResponse>;
}

const defaults = { maxConnections: 4, timeoutMs: 60_000, maxBodyBytes: 64 * 1024 * 1024 };
const retries = { retries: 3, maxTimeout: 2_000, randomize: true };
const firstRetryMs = 200;

/** @throws UsageError when the URL is not valid or contains credentials */
export function createHttp(options: HttpOptions): Http {
  const url = baseUrl(options.url);
  const maxConnections = options.maxConnections ?? defaults.maxConnections;
  const queue = new PQueue({ concurrency: maxConnections });
  const agents = agentsFor(url, maxConnections);
  const limits = {
    timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
    maxBodyBytes: options.maxBodyBytes ?? defaults.maxBodyBytes,
  };
  const once = (request: HttpRequest): Promise<HttpResponse> =>
    queue.add(() => send(url, options, limits, agents, request), {
      // Files first, which need more time than lists: then no connection is idle while another reads files to the end.
      priority: request.method === 'GET' ? 0 : 1,
    });
  return {
    url,
    token: options.token,
    request: (request) =>
      request.repeatable
        ? pRetry(() => once(request), {
            ...retries,
            minTimeout: options.firstRetryMs ?? firstRetryMs,
            ...(request.signal === undefined ? {} : { signal: request.signal }),
            shouldRetry: ({ error }) => error instanceof ExternalError && error.retry === 'soon',
          })
        : once(request),
  };
}

async function send(
  url: string,
  options: HttpOptions,
  limits: Limits,
  agents: Agents,
  request: HttpRequest,
): Promise<HttpResponse> {
  request.signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
  let answer: Answer;
  try {
    const response = await exchange(url, options.token, agents, request, signal);
    const text = await readBody(response, limits.maxBodyBytes);
    if (text === null) {
      const why = `the response is larger than ${limits.maxBodyBytes} bytes`;
      throw failure(url, request, why, 'never');
    }
    answer = { status: response.statusCode ?? 0, location: response.headers.location, text };
  } catch (error) {
    if (error instanceof ExternalError) throw error;
    request.signal?.throwIfAborted();
    if (timeout.aborted)
      throw failure(url, request, `no response within ${limits.timeoutMs / 1000} s`, 'soon', noConnection);
    const { why, retry, hint } = connectionFailure(error);
    throw failure(url, request, why, retry, { about: 'connection', ...(hint === undefined ? {} : { hint }) });
  }
  const { status, text } = answer;
  const isAnswer = (status >= 200 && status < 300) || request.answers?.includes(status) === true;
  if (isAnswer) return { status, text };
  throw refusal(url, options, request, answer);
}

interface Limits {
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly text: string;
}

/**
 * A write always uses a new connection. On a reused one, the master may be closing it at that moment (gunicorn does
 * after two idle seconds), and nobody can know whether the write was executed. A read is simply repeated.
 */
interface Agents {
  readonly forReads: HttpAgent | HttpsAgent;
  readonly forWrites: HttpAgent | HttpsAgent;
}

function agentsFor(url: string, maxSockets: number): Agents {
  const Agent = url.startsWith('https:') ? HttpsAgent : HttpAgent;
  return {
    forReads: new Agent({ keepAlive: true, maxSockets }),
    forWrites: new Agent({ keepAlive: false, maxSockets }),
  };
}

/** Sends a request; resolves with the head of its response. Does not follow redirects. */
function exchange(
  url: string,
  token: string | null,
  agents: Agents,
  { method, path, accept, authorization, body, repeatable, guard }: HttpRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const credentials = authorization ?? (token === null ? undefined : `Token ${token}`);
  const bytes = body === undefined ? null : Buffer.from(body.text, 'utf8');
  const headers = {
    accept: accept ?? 'application/json',
    ...(credentials === undefined ? {} : { authorization: credentials }),
    ...(body === undefined ? {} : { 'content-type': body.type }),
    ...(bytes === null ? {} : { 'content-length': bytes.byteLength }),
  };
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  const agent = repeatable ? agents.forReads : agents.forWrites;
  return new Promise((resolve, reject) => {
    const sent = send(`${url}/${path}`, { method, headers, agent, signal });
    sent.once('response', resolve);
    sent.on('error', reject);
    const end = (): void => {
      try {
        guard?.();
        sent.end(bytes ?? undefined);
      } catch (error) {
        // Node emits it unwrapped, but accepts only an Error.
        sent.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    };
    if (guard === undefined) end();
    else {
      sent.once('socket', (socket) => {
        whenConnected(socket, end);
      });
    }
  });
}

/** Connecting takes time, and the process may be suspended meanwhile. */
function whenConnected(socket: Socket, act: () => void): void {
  if (socket.connecting) socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', act);
  else act();
}

/** The whole body, or null if it is too large. */
async function readBody(response: IncomingMessage, maxBytes: number): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    // Leaving the loop destroys the response.
    if (size > maxBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The error for an unexpected status. */
function refusal(url: string, options: HttpOptions, request: HttpRequest, answer: Answer): ExternalError {
  const { status } = answer;
  // A server may echo the token that it received.
  const said = redact(detailOf(answer.text), options.token === null ? [] : [options.token]);
  const why = `HTTP ${status}${said}`;
  if (status === 401 || status === 403) {
    const origin = options.tokenOrigin ?? 'the credentials of this master';
    const hint =
      options.token === null
        ? `Provide a token: set ${origin}.`
        : `Check the token (from ${origin}): it is not valid, or its user lacks the permission. A reconciler needs a superuser's token.`;
    return failure(url, request, why, 'after-change', { hint, about: 'access' });
  }
  if (status >= 300 && status < 400) {
    const hint = `Use the current URL of the master: it redirects${redirectTarget(url, answer.location)}.`;
    return failure(url, request, why, 'after-change', { hint });
  }
  // A proxy in front of the master responded, because the master did not.
  if (status === 502 || status === 503 || status === 504) {
    return failure(url, request, why, 'soon', noConnection);
  }
  const isTransient = status === 429 || (status >= 500 && request.method === 'GET');
  return failure(url, request, why, isTransient ? 'soon' : 'never');
}

const noConnection = { about: 'connection' } as const;

function failure(
  url: string,
  request: HttpRequest,
  why: string,
  retry: ExternalError['retry'],
  more: { readonly hint?: string; readonly about?: FailureSubject } = {},
): ExternalError {
  return new ExternalError({ what: request.what, where: url, why, retry, ...more });
}

/** LAVA's REST API explains a rejection in JSON; an HTML page explains nothing. */
function detailOf(text: string): string {
  if (!text.startsWith('{')) return '';
  try {
    return `: ${joinReasons(wordsOf(JSON.parse(text)))}`;
  } catch {
    return '';
  }
}

/** `hostname: This field is required.` for the reasons by field with which Django REST framework rejects a value. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(wordsOf).join('\n');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const { detail, message, ...fields } = value as Record<string, unknown>;
  const said = detail ?? message;
  if (said !== undefined) return wordsOf(said);
  return Object.entries(fields)
    .map(([field, reasons]) => `${field}: ${joinReasons(wordsOf(reasons))}`)
    .join('\n');
}

function redirectTarget(url: string, location: string | undefined): string {
  if (location === undefined || !URL.canParse(location, url)) return '';
  return ` to ${new URL(location, url).origin}`;
}

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `'${withoutCredentials(text)}' is not a valid URL of a master`,
      'Use a URL that starts with http:// or https://.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      `the URL of the master ${url.host} contains credentials`,
      'Specify the token with tokenFrom in masters/<name>.yaml, or with --token-env or --token-file.',
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//');
}
