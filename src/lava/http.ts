import PQueue from 'p-queue';
import pRetry from 'p-retry';
import { ExternalError, UsageError } from '../diagnostics/index.js';

export interface HttpOptions {
  /** The master's base URL, with the path it is mounted under, without credentials. */
  readonly url: string;
  readonly token: string | null;
  /** Where the token comes from, for messages: `the environment variable LAVA_TOKEN`. Never the token. */
  readonly tokenOrigin?: string;
  /** Requests at the same time; LAVA serves few. */
  readonly maxConnections?: number;
  /** For one request, until its whole body is here. */
  readonly timeoutMs?: number;
  readonly maxBodyBytes?: number;
}

export interface HttpRequest {
  /** For messages: `read the dictionary of board-1`. */
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the base URL, with its query: `api/v0.2/devices/?all=true`. */
  readonly path: string;
  /** Default: `Token <token>`. */
  readonly authorization?: string;
  readonly accept?: string;
  readonly body?: { readonly type: string; readonly text: string };
  /** Repeating it does no harm: tried again after a transient failure. */
  readonly repeatable: boolean;
  /** Statuses besides 2xx that are an answer rather than a failure. */
  readonly answers?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly text: string;
}

export interface Http {
  /** Without a trailing slash. */
  readonly url: string;
  readonly token: string | null;
  /** @throws ExternalError with `retry` as the failure deserves; the caller's own abort reason when `signal` fires */
  request(request: HttpRequest): Promise<HttpResponse>;
}

const defaults = { maxConnections: 4, timeoutMs: 60_000, maxBodyBytes: 64 * 1024 * 1024 };
const retries = { retries: 3, minTimeout: 200, maxTimeout: 2_000, randomize: true };

/** @throws UsageError for a URL that is none, or that carries credentials */
export function createHttp(options: HttpOptions): Http {
  const url = baseUrl(options.url);
  const queue = new PQueue({ concurrency: options.maxConnections ?? defaults.maxConnections });
  const limits = {
    timeoutMs: options.timeoutMs ?? defaults.timeoutMs,
    maxBodyBytes: options.maxBodyBytes ?? defaults.maxBodyBytes,
  };
  const once = (request: HttpRequest): Promise<HttpResponse> =>
    queue.add(() => send(url, options, limits, request));
  return {
    url,
    token: options.token,
    request: (request) =>
      request.repeatable
        ? pRetry(() => once(request), {
            ...retries,
            ...(request.signal === undefined ? {} : { signal: request.signal }),
            shouldRetry: ({ error }) => error instanceof ExternalError && error.retry === 'soon',
          })
        : once(request),
  };
}

async function send(
  url: string,
  options: HttpOptions,
  limits: { timeoutMs: number; maxBodyBytes: number },
  request: HttpRequest,
): Promise<HttpResponse> {
  request.signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const authorization = request.authorization ?? (options.token === null ? null : `Token ${options.token}`);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}/${request.path}`, {
      method: request.method,
      // A redirected POST loses its body, and a token is for the master that was named.
      redirect: 'manual',
      headers: {
        accept: request.accept ?? 'application/json',
        ...(authorization === null ? {} : { authorization }),
        ...(request.body === undefined ? {} : { 'content-type': request.body.type }),
      },
      ...(request.body === undefined ? {} : { body: request.body.text }),
      signal: request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]),
    });
    text = await readBody(response, limits.maxBodyBytes, (why) => failure(url, request, why, 'never'));
  } catch (error) {
    if (error instanceof ExternalError) throw error;
    request.signal?.throwIfAborted();
    const why = timeout.aborted ? `no answer within ${limits.timeoutMs / 1000} s` : connectionFailure(error);
    throw failure(url, request, why, 'soon');
  }
  if (response.ok || request.answers?.includes(response.status) === true)
    return { status: response.status, text };
  throw refusal(url, options, request, response, text);
}

async function readBody(
  response: Response,
  maxBytes: number,
  tooLarge: (why: string) => ExternalError,
): Promise<string> {
  if (response.body === null) return '';
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > maxBytes) throw tooLarge(`the answer is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** What a status other than an expected one means. */
function refusal(
  url: string,
  options: HttpOptions,
  request: HttpRequest,
  response: Response,
  text: string,
): ExternalError {
  const { status } = response;
  const why = `HTTP ${status}${detailOf(text)}`;
  if (status === 401 || status === 403) {
    const origin = options.tokenOrigin ?? 'the credentials of this master';
    const hint =
      options.token === null
        ? `No token was given: set ${origin}`
        : `The token (from ${origin}) is not valid, or its user may not do this: a reconciler needs a superuser's token`;
    return failure(url, request, why, 'after-change', hint);
  }
  if (status >= 300 && status < 400) {
    const hint = `The master redirects${redirectTarget(url, response)}: give the URL where it is`;
    return failure(url, request, why, 'after-change', hint);
  }
  const isTransient =
    status === 502 ||
    status === 503 ||
    status === 504 ||
    status === 429 ||
    (status >= 500 && request.method === 'GET');
  return failure(url, request, why, isTransient ? 'soon' : 'never');
}

function failure(
  url: string,
  request: HttpRequest,
  why: string,
  retry: ExternalError['retry'],
  hint?: string,
): ExternalError {
  return new ExternalError({
    what: request.what,
    where: url,
    why,
    retry,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** LAVA's REST API explains a refusal in JSON; a page of HTML explains nothing. */
function detailOf(text: string): string {
  if (!text.startsWith('{')) return '';
  try {
    const { detail, message, ...fields } = JSON.parse(text) as Record<string, unknown>;
    const said = detail ?? message ?? fields;
    const words = typeof said === 'string' ? said : JSON.stringify(said);
    return `: ${words.slice(0, 500)}`;
  } catch {
    return '';
  }
}

function redirectTarget(url: string, response: Response): string {
  const location = response.headers.get('location');
  if (location === null || !URL.canParse(location, url)) return '';
  return ` to ${new URL(location, url).origin}`;
}

function connectionFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  if (cause instanceof AggregateError && cause.message === '') {
    return cause.errors.map((inner) => (inner instanceof Error ? inner.message : String(inner))).join(', ');
  }
  return cause.message;
}

function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `'${withoutCredentials(text)}' is not a URL of a master`,
      'Give http://... or https://...',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      `the URL of the master ${url.host} carries credentials`,
      'Give the token by tokenFrom in masters/<name>.yaml, or by --token-env or --token-file',
    );
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//');
}
