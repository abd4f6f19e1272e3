/**
 * The controller's status over HTTP. Nobody needs credentials to read it: it contains no secrets.
 *
 *   GET /             the status as a page; what the page loads is next to it
 *   GET /healthz      200: the process responds
 *   GET /readyz       200: the lab was read; 503: it is being read for the first time, or cannot be read
 *   GET /status.json  the status
 *   GET /metrics      the status as metrics of Prometheus
 *   POST /webhook     wakes the controller up, if the sender knows the secret; the content decides nothing
 *
 * Strangers may reach the port. A client that is slow, sends too much or opens too many connections is disconnected or refused,
 * and the others are served: responses are shared, and the memory of connections and bodies is limited.
 */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { ControllerStatus } from '../controller/index.js';
import type { Log } from '../diagnostics/index.js';
import { limitConnections, listen, proxiesAmong, type ConnectionLimits } from '../net/index.js';
import { BodyBudget } from './body-budget.js';
import { createMetrics } from './metrics.js';
import { rememberLast } from './remember-last.js';
import { stableStatus } from './stable-status.js';

/** Checks deliveries of webhooks. */
interface WebhookReceiver {
  /**
   * @param body as it was sent
   * @returns what became of it
   */
  receive(
    headers: Readonly<Record<string, string | string[] | undefined>>,
    body: string,
  ): Promise<'accepted' | 'ignored' | 'repeated' | 'refused'>;
}

/** The status for people. */
interface StatusPage {
  readonly format: (status: ControllerStatus, now: Date) => string;
  /** The same text as long as the page would show the same, except for how long ago something was. */
  readonly version: (status: ControllerStatus, now: Date) => string;
  /** What the page loads, by path. */
  readonly files: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
}

export interface StatusServerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly status: () => ControllerStatus;
  readonly page: StatusPage;
  /** null: there is no /webhook. */
  readonly webhook: WebhookReceiver | null;
  readonly log: Log;
  readonly now?: () => Date;
  readonly limits?: Partial<ServerLimits>;
}

export interface StatusServer {
  /** `http://HOST:PORT` */
  readonly url: string;
  stop(): Promise<void>;
}

interface ServerLimits {
  readonly connections: ConnectionLimits;
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
  /** How long nothing may happen on a connection. */
  readonly idleTimeoutMs: number;
  /** Of bodies that are being received, in bytes. */
  readonly bodies: { readonly all: number; readonly perAddress: number };
}

const MiB = 1024 * 1024;
const standardLimits: ServerLimits = {
  connections: { all: 500, perAddress: 100 },
  requestTimeoutMs: 10_000,
  idleTimeoutMs: 30_000,
  bodies: { all: 64 * MiB, perAddress: 16 * MiB },
};
/** What GitHub sends at most is 25 MiB; what wakes us up is smaller. */
const longestBody = 5 * MiB;

/** The page loads only what is served here, and no other page can contain it. */
const security = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

interface Content {
  readonly type: string;
  readonly body: Buffer;
  /** Without quotes. */
  readonly tag: string;
}

/** @throws ExternalError when the port cannot be opened */
export async function startStatusServer(options: StatusServerOptions): Promise<StatusServer> {
  const limits = { ...standardLimits, ...options.limits };
  // Behind a proxy on this machine, all clients have its address.
  const isProxy = proxiesAmong([]);
  const server = fastify({
    bodyLimit: longestBody,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    forceCloseConnections: true,
    http: {
      // If it is longer than that of requests (the default is 60 s), Node.js 20 exchanges them: bodies may then take longer.
      headersTimeout: limits.requestTimeoutMs,
      // By default, Node.js looks for requests that take too long only every 30 s.
      connectionsCheckingInterval: Math.min(1000, limits.requestTimeoutMs),
    },
  });
  limitConnections(server.server, limits.connections, isProxy, options.log);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  server.setErrorHandler(async (error, _request, reply) => {
    const status = statusOf(error);
    if (status < 500)
      return reply.code(status).send({ error: error instanceof Error ? error.message : 'refused' });
    options.log.error({ err: error }, 'request failed');
    return reply.code(500).send({ error: 'The reason is in the log of the controller.' });
  });
  const routes: Record<string, string> = { '/webhook': options.webhook === null ? '' : 'POST' };
  admit(server, routes, new BodyBudget(limits.bodies, isProxy));
  readRoutes(server, options, routes);
  if (options.webhook !== null) webhookRoute(server, options.webhook, options.log);
  return { url: await listen(server, options.listen, 'the status'), stop: () => server.close() };
}

/**
 * Refuses what no route accepts, before its body is read, and bodies for which no memory is left.
 * @param routes the method of each path
 */
function admit(server: FastifyInstance, routes: Readonly<Record<string, string>>, bodies: BodyBudget): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...security, 'cache-control': 'no-store' });
    const path = request.url.replace(/\?.*$/s, '');
    const method = Object.hasOwn(routes, path) ? (routes[path] ?? '') : '';
    const allowed = method === 'GET' ? ['GET', 'HEAD'] : [method];
    const isAllowed = allowed.includes(request.method);
    // Nobody waits for a body that nobody reads.
    if (hasBody(request) && !(isAllowed && method === 'POST')) reply.header('connection', 'close');
    if (method === '') return reply.code(404).send({ error: 'not found' });
    if (!isAllowed) {
      const code = request.method === 'OPTIONS' ? 204 : 405;
      return reply
        .code(code)
        .header('allow', [...allowed, 'OPTIONS'].join(', '))
        .send();
    }
    if (method === 'POST' && !bodies.reserve(request, reply, longestBody)) {
      return reply.code(503).headers({ connection: 'close', 'retry-after': 10 }).send({ error: 'too busy' });
    }
    return undefined;
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

function readRoutes(
  server: FastifyInstance,
  { status: readStatus, page, now = () => new Date() }: StatusServerOptions,
  routes: Record<string, string>,
): void {
  function get(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => unknown): void {
    routes[path] = 'GET';
    server.get(path, handler);
  }
  const status = stableStatus(readStatus);
  // One response for all clients that ask in the same second, so that many requests cost little.
  const metrics = createMetrics();
  const metricsNow = rememberLast((current: ControllerStatus) => metrics.text(current));
  const json = rememberLast((current: ControllerStatus) =>
    contentOf('application/json; charset=utf-8', JSON.stringify(current)),
  );
  const pageNow = rememberLast((current: ControllerStatus, second: number) => {
    const at = new Date(second * 1000);
    return contentOf('text/html; charset=utf-8', page.format(current, at), page.version(current, at));
  });
  const secondNow = () => Math.floor(now().getTime() / 1000);

  get('/', (request, reply) => send(request, reply, pageNow(status(), secondNow())));
  for (const [path, { type, text }] of Object.entries(page.files)) {
    const content = contentOf(type, text);
    get(path, (request, reply) => {
      reply.header('cache-control', 'no-cache');
      return send(request, reply, content);
    });
  }
  get('/healthz', () => ({ state: 'running' }));
  get('/readyz', (_request, reply) => {
    const { state } = status();
    return reply.code(state === 'reading' || state === 'unreadable' ? 503 : 200).send({ state });
  });
  get('/status.json', (request, reply) => {
    reply.header('cache-control', 'no-cache');
    return send(request, reply, json(status(), 0));
  });
  get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metricsNow(status(), secondNow())),
  );
}

function webhookRoute(server: FastifyInstance, webhook: WebhookReceiver, log: Log): void {
  server.post('/webhook', async ({ headers, body }, reply) => {
    const outcome = await webhook.receive(headers, typeof body === 'string' ? body : '');
    if (outcome === 'refused') log.warn({}, 'webhook refused');
    return reply.code(codes[outcome]).send({ outcome });
  });
}

const codes = { accepted: 202, ignored: 200, repeated: 200, refused: 401 } as const;

function contentOf(type: string, text: string, version = text): Content {
  return { type, body: Buffer.from(text), tag: createHash('sha256').update(version).digest('base64url') };
}

/** The content, or 304 if the client has it. */
function send({ headers }: FastifyRequest, reply: FastifyReply, { type, body, tag }: Content): FastifyReply {
  reply.header('etag', `"${tag}"`);
  const known = headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\/|"/g, '')) ?? [];
  if (known.includes(tag) || known.includes('*')) return reply.code(304).send();
  return reply.type(type).send(body);
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
